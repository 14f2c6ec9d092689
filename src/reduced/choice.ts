/**
 * What a smaller model keeps, and how that is written: an answer of a run as `layers:neurons:threshold` (its allowed losses
 * in per cent, its cluster threshold), whole layers as `0-4` or `4`, or a list of neurons. Neurons are model neurons,
 * layer × hidden + index; layer 0 is the embeddings.
 */
import { WinnowError } from '../base/errors.ts';
import type { Question } from '../data/question.ts';
import type { KeptProbe, RunFile, SelectionEntry } from '../run/run-file.ts';

export type ReducedChoice =
  /** By its name in the run. */
  | { kind: 'answer'; answer: string }
  /** All neurons of layers first … last. */
  | { kind: 'layers'; first: number; last: number }
  | { kind: 'neurons'; neurons: number[] };

/** Layers of a model besides the embeddings, and neurons of each. */
type ModelShape = Pick<RunFile['model'], 'layers' | 'hidden'>;

/** The answer from all layers on the finer grid. */
const finestName = 'max-features';

/** e.g. `3:1:0.3`; −1 is no clustering. */
export function answerName(question: Question | 'max features'): string {
  if (question === 'max features') return finestName;
  const { deltas, threshold } = question;
  return `${deltas.layers}:${deltas.neurons}:${threshold}`;
}

/** Every answer of a run under its name, in the order of the result. */
export function namedAnswers({
  selection = [],
  maxFeatures,
}: Pick<RunFile, 'selection' | 'maxFeatures'>): Map<string, SelectionEntry> {
  const answers = new Map(selection.map((entry) => [answerName(entry), entry]));
  return maxFeatures ? answers.set(finestName, maxFeatures) : answers;
}

/** A choice on a run. */
export interface ChosenSet {
  neurons: Int32Array;
  /** Of an answer, in the run. */
  name: string | null;
  /** Its probe on these neurons; null: none was trained, or the run does not hold it. */
  probe: KeptProbe | null;
}

/**
 * @throws WinnowError `bad-option` for an answer that is not in the run (it lists those that are), layers or neurons that
 * its model lacks, and where no neuron is kept.
 */
export function chosenSet(run: Pick<RunFile, 'model' | 'selection' | 'maxFeatures'>, choice: ReducedChoice): ChosenSet {
  const { model } = run;
  switch (choice.kind) {
    case 'answer': {
      const [name, { minimalSet }] = answerOf(run, choice.answer);
      const neurons = Int32Array.from(minimalSet.neurons, ({ layer, index }) => layer * model.hidden + index);
      checkNeurons(neurons, model);
      return { neurons, name, probe: minimalSet.probe ?? null };
    }
    case 'layers':
      return { neurons: neuronsOfLayers(choice, model), name: null, probe: null };
    case 'neurons': {
      const neurons = Int32Array.from(new Set(choice.neurons));
      checkNeurons(neurons, model);
      return { neurons, name: null, probe: null };
    }
    default:
      return choice satisfies never;
  }
}

/** @throws WinnowError `bad-option` for neurons outside the model or none at all. */
export function checkNeurons(neurons: Int32Array, { layers, hidden }: ModelShape): void {
  const outside = neurons.find((neuron) => neuron < 0 || neuron >= (layers + 1) * hidden);
  if (outside !== undefined) {
    const message = `Neuron ${outside} is kept, and the model has neurons 0 to ${(layers + 1) * hidden - 1}.`;
    throw new WinnowError('bad-option', message, 'Name neurons of the model that the result was made with.');
  }
  if (neurons.length > 0) return;
  const message = 'The answer keeps no neuron, so there is no model to write: one answer does for every row.';
  throw new WinnowError('bad-option', message, 'Choose an answer that keeps some neurons.');
}

function answerOf(run: Pick<RunFile, 'selection' | 'maxFeatures'>, asked: string): [string, SelectionEntry] {
  const answers = namedAnswers(run);
  const wanted = plainName(asked);
  const found = [...answers].find(([name]) => name === wanted);
  if (found) return found;
  if (answers.size === 0) {
    const message = 'The run holds no answers about neurons: none were asked for, or an earlier Winnow made it.';
    throw new WinnowError('bad-option', message, 'Choose layers or neurons, or run the analysis again.');
  }
  const message = `The run has no answer ${asked}; it has ${[...answers.keys()].join(', ')}.`;
  throw new WinnowError('bad-option', message, 'Choose one of these.');
}

/** Numbers as they are written: `3:1:0.30` is `3:1:0.3`. */
function plainName(asked: string): string {
  const parts = asked.trim().split(':');
  const isNumbers = parts.length === 3 && parts.every((part) => /^[-−]?\d*\.?\d+$/.test(part));
  return isNumbers ? parts.map((part) => Number(part.replace('−', '-'))).join(':') : asked.trim();
}

function neuronsOfLayers({ first, last }: { first: number; last: number }, { layers, hidden }: ModelShape): Int32Array {
  const isWhole = [first, last].every((layer) => Number.isInteger(layer) && layer >= 0 && layer <= layers);
  if (isWhole && first <= last) {
    return Int32Array.from({ length: (last - first + 1) * hidden }, (_, at) => first * hidden + at);
  }
  const asked = first === last ? `Layer ${first} was` : `Layers ${first} to ${last} were`;
  const message = `${asked} chosen, and the model has layers 0 to ${layers}.`;
  throw new WinnowError('bad-option', message, 'Choose layers from the first to the last, 0 being the embeddings.');
}

/** `K`: layers 0 to K; `J-K`: layers J to K. Null: no such text. */
export function parseLayers(text: string): ReducedChoice | null {
  const [, start, end] = /^(?:(\d+)[-–])?(\d+)$/.exec(text.trim()) ?? [];
  return end === undefined ? null : { kind: 'layers', first: Number(start ?? 0), last: Number(end) };
}

/**
 * Neurons as numbers or as `layer:index`, between spaces, commas or lines; brackets of a list count for nothing.
 * @param name of the file, for messages
 * @throws WinnowError `bad-option` for any other word and an index that no layer has.
 */
export function parseNeurons(text: string, { hidden }: Pick<ModelShape, 'hidden'>, name: string): ReducedChoice {
  const words = text.split(/[\s,;[\]]+/).filter((word) => word !== '');
  const neurons = words.map((word) => {
    const [, layer, index] = /^(?:(\d{1,9}):)?(\d{1,9})$/.exec(word) ?? [];
    const next = 'Name neurons by their numbers (layer × hidden size + index) or as layer:index, one a line.';
    if (index === undefined) throw new WinnowError('bad-option', `\`${word}\` in \`${name}\` is no neuron.`, next);
    if (layer === undefined) return Number(index);
    if (Number(index) < hidden) return Number(layer) * hidden + Number(index);
    const message = `\`${word}\` in \`${name}\` is no neuron: a layer has neurons 0 to ${hidden - 1}.`;
    throw new WinnowError('bad-option', message, next);
  });
  if (neurons.length > 0) return { kind: 'neurons', neurons };
  throw new WinnowError('bad-option', `\`${name}\` names no neuron.`, 'Name one neuron a line.');
}
