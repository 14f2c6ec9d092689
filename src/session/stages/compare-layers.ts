/**
 * The layers of two results held against each other: their activations of the same test rows, kept by this browser or read
 * from files, and CKA between them. Refuses other rows, and files that do not fit the result that they are said to be of.
 */
import { openKept } from '../../activations/cache.ts';
import { pairedRows } from '../../activations/file/pair.ts';
import { withActivations } from '../../activations/file/recognise.ts';
import { groupLayers } from '../../activations/file/vector-file.ts';
import { firstDifference } from '../../activations/file/words.ts';
import { inMemory, part, type Activations } from '../../activations/matrix.ts';
import type { OpenActivationFile } from '../../activations/file/open.ts';
import { WinnowError } from '../../base/errors.ts';
import type { Progress } from '../../base/abort.ts';
import { tasks } from '../../data/tasks.ts';
import { shown } from '../../data/rows.ts';
import { ckaBetween } from '../../measures/cka/cka.ts';
import { integer } from '../../report/format.ts';
import type { Stage } from '../../run/stage.ts';
import { rowsApart } from '../../run/test-rows.ts';
import type { LayersAlike, LayersOf, LayersRequest, RunEvent } from '../contract.ts';
import { defaultOptions } from '../contract.ts';
import { openHdf5Apart } from '../worker/hdf5.ts';
import { Devices } from './device.ts';
import { Stages } from './stages.ts';

const readRows: Stage = { name: 'read', title: 'Read the activations', unit: 'results', share: 1 };
const compareRows: Stage = { name: 'similarity', title: 'Compare the layers', unit: 'rows', share: 4 };

/** Many more say the same, and files are held in memory: those of 13 × 768 take 400 MB each. */
const mostRows = 10_000;
const memoryBytes = 2 ** 30;

interface TestRows {
  activations: Activations;
  /** Where rows are words and the file names them. */
  words: string[] | null;
}

/** The first 10,000 test rows. @throws as `Engine.compareLayers`. */
export async function compareLayers(
  { results, place }: LayersRequest,
  report: (event: RunEvent) => void,
): Promise<LayersAlike> {
  const [first, other] = results;
  const apart = rowsApart(first, other);
  if (apart !== '') throw new WinnowError('bad-data', apart, 'Run both on the same test file, with the same options.');
  const stages = new Stages(report);
  stages.announce([readRows, compareRows]);
  return Devices.during({ ...defaultOptions, ...place }, stages, async (devices) => {
    const [own, its] = await stages.run(readRows, {}, (progress) => readBoth(results, progress));
    checkWords(results, own, its);
    const rows = Math.min(mostRows, own.activations.rows);
    const cut = ({ activations }: TestRows): Activations => part(activations, 0, rows);
    const cka = await stages.run(compareRows, { rows }, (progress) =>
      devices.compute((device) => ckaBetween(device, cut(own), cut(its), { progress })),
    );
    return { rows, cka };
  });
}

async function readBoth([first, other]: LayersRequest['results'], progress: Progress): Promise<[TestRows, TestRows]> {
  progress(0, 2);
  const own = await readOne(first);
  progress(1, 2);
  const its = await readOne(other);
  progress(2, 2);
  return [own, its];
}

async function readOne({ title, run, files }: LayersOf): Promise<TestRows> {
  if (files !== null) return readFiles(title, run, files);
  const activations = run.testRows ? await openKept(run.testRows.kept, memoryBytes) : null;
  if (activations !== null) return { activations, words: null };
  const message = `The activations of ${title} are not kept here.`;
  const next =
    'Add them as a file (npm run extract -- --file test, or Save activations), or run it again in this browser.';
  throw new WinnowError('missing-file', message, next);
}

async function readFiles(title: string, run: LayersOf['run'], files: LayersOf['files'] & object): Promise<TestRows> {
  const [vectorFile, another] = groupLayers(files);
  if (vectorFile === undefined || another !== undefined) {
    const message = `${integer(files.length)} files are given for the test rows of ${title}.`;
    throw new WinnowError('bad-option', message, 'Give one file of activations, or one a layer.');
  }
  const layers = run.model.layers + 1;
  return withActivations(vectorFile, openHdf5Apart, layers, async (opened) => {
    if (opened.layers !== layers || opened.hidden !== run.model.hidden) {
      const message = `\`${opened.name}\` has ${opened.layers} layers of ${opened.hidden} neurons, ${title} ${layers} of ${run.model.hidden}.`;
      throw new WinnowError('bad-data', message, 'Give the activations of the same model, with all of its layers.');
    }
    return readRowsOf(opened, title, run);
  });
}

/** All are counted, since a file of other rows has another number of them; the first are held. */
async function readRowsOf(file: OpenActivationFile, title: string, run: LayersOf['run']): Promise<TestRows> {
  const { layers, hidden } = file;
  const expected = run.data.instances.test;
  const rows = Math.min(mostRows, expected);
  const width = layers * hidden;
  const data = new Float32Array(rows * width);
  const words: string[] = [];
  let count = 0;
  for await (const { vectors, said } of vectorsOf(file, title, run)) {
    const room = Math.max(0, rows - count) * width;
    data.set(vectors.subarray(0, room), Math.min(rows, count) * width);
    count += vectors.length / width;
    words.push(...said);
  }
  if (count !== expected) {
    const message = `\`${file.name}\` holds ${integer(count)} rows, but ${title} has ${integer(expected)} test rows.`;
    throw new WinnowError(
      'bad-data',
      message,
      'Give the activations of exactly these rows, extracted from the test file.',
    );
  }
  return { activations: inMemory(data, { rows, layers, hidden }), words: words.length === count ? words : null };
}

/** Of a sentence the vector that stands for it; of labelled words every one, with the word where the file names it. */
async function* vectorsOf(
  file: OpenActivationFile,
  title: string,
  { data: { task, instances }, options, model }: LayersOf['run'],
): AsyncGenerator<{ vectors: Float32Array; said: readonly string[] }> {
  if (tasks[task].kind === 'labelling' && file.unit === 'sentence') {
    for await (const { data, words } of file.sentences()) yield { vectors: data, said: words ?? [] };
    return;
  }
  const token = options.sentenceToken ?? model.pooling ?? 'first';
  const pairing = { name: title, isBeginning: false, wordsOf: null, sentences: instances.test, token };
  for await (const vectors of pairedRows(file, { ...pairing, kind: 'sentences' })) yield { vectors, said: [] };
}

/** @throws WinnowError `bad-data` naming the first row that is another word. */
function checkWords([first, other]: LayersRequest['results'], own: TestRows, its: TestRows): void {
  const at = own.words && its.words ? firstDifference(own.words, its.words) : null;
  if (at === null || !own.words || !its.words) return;
  const message = `Row ${integer(at + 1)} is ${shown(own.words[at])} in the activations of ${first.title}, but ${shown(its.words[at])} in those of ${other.title}.`;
  throw new WinnowError('bad-data', message, 'Extract both from the same test file.');
}
