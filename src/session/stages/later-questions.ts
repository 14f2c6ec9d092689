/**
 * The run that this worker made last, so that one more question about its neurons can be answered without extracting or
 * clustering again. Questions are answered one after the other: they share the device.
 */
import type { Question } from '../../data/question.ts';
import { WinnowError } from '../../base/errors.ts';
import type { TrainedRun } from './context.ts';
import { answerQuestion } from './selection.ts';
import type { DeviceReport, LaterAnswer, RunEvent } from '../contract.ts';
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
  const run = held;
  if (!run) {
    const message = 'The activations and probes of this run are no longer in memory, so nothing can be retrained.';
    const next = 'Run the analysis again: what was extracted is kept.';
    throw new WinnowError('missing-file', message, next);
  }
  const known = run.answers.find((answer) => isAnswerTo(answer, question));
  if (known) return known;
  const stages = new Stages(report);
  const devices = Devices.at(run.place, stages.warn);
  try {
    const answer = await answerQuestion({ stages, devices }, run.trained, question);
    run.answers = [...run.answers, answer];
    run.place = devices.report;
    return answer;
  } finally {
    devices.close();
  }
}

function isAnswerTo({ entry: { deltas, threshold } }: LaterAnswer, question: Question): boolean {
  const { layers, neurons } = question.deltas;
  return threshold === question.threshold && deltas.layers === layers && deltas.neurons === neurons;
}
