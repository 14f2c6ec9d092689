/**
 * The run that this worker made last, so that one more question about its neurons can be answered without extracting or
 * clustering again. Questions that retrain are answered one after the other: they share the device. What a neuron reads needs
 * none, only a pass over the activations.
 */
import type { Question } from '../../data/question.ts';
import { WinnowError } from '../../base/errors.ts';
import type { TrainedRun } from './context.ts';
import { answerQuestion } from './selection.ts';
import type { LinearWeights } from '../../compute/device.ts';
import { neuronRows } from '../../measures/neuron-rows/neuron-rows.ts';
import { rowText, type RowText } from '../../data/part-texts.ts';
import type { DeviceReport, LaterAnswer, NeuronDetails, NeuronQuestion, RowQuestion, RunEvent } from '../contract.ts';
import { Devices } from './device.ts';
import { Stages } from './stages.ts';

interface HeldRun {
  trained: TrainedRun;
  /** What was answered already. */
  answers: readonly LaterAnswer[];
  /** Where the run ended up computing. */
  place: DeviceReport;
}

let held: HeldRun | null = null;
let turn: Promise<unknown> = Promise.resolve();

/** null lets go of the last one and its memory. */
export function holdRun(run: HeldRun | null): void {
  held = run;
}

/** @throws WinnowError `missing-file` where no run is held, `bad-option` for a question out of range. */
export function select(question: Question, report: (event: RunEvent) => void): Promise<LaterAnswer> {
  const answer = turn.then(() => answerNow(question, report));
  turn = answer.catch(() => undefined);
  return answer;
}

async function answerNow(question: Question, report: (event: RunEvent) => void): Promise<LaterAnswer> {
  const run = heldRun('nothing can be retrained');
  const known = run.answers.find((answer) => isAnswerTo(answer, question));
  if (known) return known;
  const stages = new Stages(report);
  const devices = Devices.at(run.place, stages.warn);
  try {
    const answer = await answerQuestion({ stages, devices }, run.trained, question, run.answers);
    run.answers = [...run.answers, answer];
    run.place = devices.report;
    return answer;
  } finally {
    devices.close();
  }
}

/** @throws WinnowError `missing-file` */
function heldRun(cost: string): HeldRun {
  if (held) return held;
  const message = `The activations and probes of this run are no longer in memory, so ${cost}.`;
  throw new WinnowError('missing-file', message, 'Run the analysis again: what was extracted is kept.');
}

/** Rows at either end of a neuron's values. */
const rowsShown = 10;
/** Passes over the activations go one after the other: two at once would read the browser's storage twice. */
let pass: Promise<unknown> = Promise.resolve();

/** @throws WinnowError `missing-file` where no run is held, `bad-option` for a neuron that its model lacks. */
export function describeNeuron(question: NeuronQuestion): Promise<NeuronDetails> {
  const answer = pass.then(() => describeNow(question));
  pass = answer.catch(() => undefined);
  return answer;
}

async function describeNow({ neuron, split }: NeuronQuestion): Promise<NeuronDetails> {
  const { parts, layers } = heldRun('its rows cannot be shown').trained;
  const width = parts.train.activations.layers * parts.train.activations.hidden;
  if (!Number.isInteger(neuron) || neuron < 0 || neuron >= width) {
    const message = `Neuron ${neuron} was asked for; this model has neurons 0 to ${width - 1}.`;
    throw new WinnowError('bad-option', message, 'Choose another neuron.');
  }
  const [rows] = await neuronRows(parts[split], [neuron], rowsShown);
  return { ...rows, weights: oracleWeights(layers.oracles, width, neuron) };
}

/** @throws WinnowError `missing-file` where no run is held, `bad-option` for a row that the part lacks. */
export async function textsOfRows({ split, rows }: RowQuestion): Promise<RowText[]> {
  const { texts, labels } = heldRun('their texts cannot be shown').trained.parts[split];
  const beyond = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= labels.length);
  if (beyond !== undefined) {
    const message = `Row ${beyond} was asked for; the ${split} part has rows 0 to ${labels.length - 1}.`;
    throw new WinnowError('bad-option', message, 'Choose another row.');
  }
  return rows.map((row) => (texts ? rowText(texts, row) : { text: '', pair: null, word: null }));
}

/** By class, mean over seeds. */
function oracleWeights(oracles: readonly LinearWeights[], width: number, neuron: number): number[] {
  const classes = oracles[0].weight.length / width;
  return Array.from({ length: classes }, (_, k) => {
    const sum = oracles.reduce((all, { weight }) => all + weight[k * width + neuron], 0);
    return sum / oracles.length;
  });
}

function isAnswerTo({ entry: { deltas, threshold } }: LaterAnswer, question: Question): boolean {
  const { layers, neurons } = question.deltas;
  return threshold === question.threshold && deltas.layers === layers && deltas.neurons === neurons;
}
