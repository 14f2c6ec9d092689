/** From files to the three parts: their activations, the labels of their rows and, where rows are words, the words. */
import { part } from '../../activations/matrix.ts';
import { WinnowError } from '../../base/errors.ts';
import type { Role } from '../../data/cards.ts';
import { labelledWords, noLabel } from '../../data/no-label.ts';
import type { PartTexts } from '../../data/part-texts.ts';
import { rowsHash } from '../../probe/rows-hash.ts';
import { checkClasses, type ProbePart, type ProbeParts } from '../../probe/parts.ts';
import type { ExtractedSource } from '../inputs/stores.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { checkOptions, scoresOf, seedList, trainingOf } from '../options.ts';
import type { RowRange, Plan, SourceRows } from '../inputs/sources.ts';
import { vectorsOf } from '../inputs/vectors.ts';
import type { Context, PreparedParts } from './context.ts';

/** Activations held in memory beside the browser's storage, so that all epochs read them once. */
const memoryBytes = 2 * 2 ** 30;

/**
 * @throws WinnowError `bad-option` for options that the task does not have, `bad-data` for train rows that teach nothing;
 *   both before anything is extracted.
 */
export async function prepare(
  inputs: Inputs,
  plan: Plan,
  { stages, devices, runOptions }: Context,
): Promise<PreparedParts> {
  const { task } = inputs;
  const metric = checkOptions(runOptions, task);
  const labels = typed(trainLabels(plan), task.labels !== null);
  const options = {
    ...trainingOf(runOptions, labels.length),
    log: stages.trainings,
    classes: task.labels?.length ?? null,
    protocol: runOptions.protocol,
    seeds: seedList(runOptions),
    metrics: scoresOf(task),
    metric,
  };
  checkClasses(labels, options, task.labels ?? undefined);
  const extracted = await vectorsOf({ inputs, stages, sources: plan.sources, limitBytes: memoryBytes }, devices);
  const { train, dev, test } = plan.places;
  const words = new WordTypes();
  const partAt = (role: Role, place: RowRange): ProbePart => ({
    ...partOf(extracted[place.source], place, words, { classes: task.labels !== null, role }),
    texts: textsOf(plan.sources[place.source].data, extracted[place.source].starts, place),
  });
  const all: ProbeParts = { train: partAt('train', train), dev: partAt('dev', dev), test: partAt('test', test) };
  const parts = all.train.types ? { ...all, vocabulary: words.list } : all;
  // The test part is a file of its own: what is kept of it is nothing else.
  const testRows = { sha256: await rowsHash(parts.test.texts, null), kept: extracted[test.source].key };
  return { parts, options, splitRows: plan.splitRows, testRows };
}

/** Of the train part, before anything is left out. */
function trainLabels({ sources, places: { train } }: Plan): number[] {
  const { data } = sources[train.source];
  if (data.kind === 'sentence') return data.rows.slice(train.from, train.to).map(({ label }) => label);
  return data.rows.slice(train.from, train.to).flatMap(({ labels }) => labels.filter((label) => label !== noLabel));
}

function typed(labels: readonly number[], classes: boolean): Int32Array | Float32Array {
  return classes ? Int32Array.from(labels) : Float32Array.from(labels);
}

/** The outputs of a place's rows. */
function partOf(
  { activations, labels, words, starts }: ExtractedSource,
  { from, to }: RowRange,
  types: WordTypes,
  { classes, role }: { classes: boolean; role: Role },
): ProbePart {
  const [start, end] = [starts[from], starts[to]];
  if (start === end) {
    const message = `No sentence of the ${role} part is left: every one was left out.`;
    throw new WinnowError('bad-data', message, 'Use a model that takes longer inputs, or another data file.');
  }
  return {
    activations: part(activations, start, end),
    labels: typed(labels.slice(start, end), classes),
    ...(words && { types: Int32Array.from(words.slice(start, end), (word) => types.number(word)) }),
  };
}

/** What a place's rows say. */
function textsOf(data: SourceRows, starts: Uint32Array, { from, to }: RowRange): PartTexts {
  if (data.kind === 'sentence') return { kind: 'sentence', rows: data.rows.slice(from, to) };
  const ownStarts = starts.slice(from, to + 1).map((start) => start - starts[from]);
  const sentences = data.rows.slice(from, to).map((sentence) => ({ words: labelledWords(sentence) }));
  return { kind: 'labelling', sentences, starts: ownStarts };
}

/** Numbers different words as they come up. */
class WordTypes {
  readonly list: string[] = [];
  private readonly numbers = new Map<string, number>();

  number(word: string): number {
    const known = this.numbers.get(word);
    if (known !== undefined) return known;
    this.numbers.set(word, this.list.length);
    return this.list.push(word) - 1;
  }
}
