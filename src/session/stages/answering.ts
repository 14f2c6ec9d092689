/**
 * A smaller model that answers what is typed, and the whole model beside it where that is at hand. Both stay open between
 * questions, which are answered one after the other.
 */
import { extractFew } from '../../activations/extract.ts';
import { WinnowError } from '../../base/errors.ts';
import { chooseBackend } from '../../compute/open.ts';
import { labelNames, type LabelledTask } from '../../data/tasks.ts';
import type { Encoder } from '../../model/encoder.ts';
import { answersOf } from '../../probe/logits.ts';
import { openWritten, reducedEncoder, type ReducedFacts } from '../../reduced/encoder.ts';
import type { ReducedRecord } from '../../reduced/record.ts';
import { recogniseReduced } from '../../reduced/recognise.ts';
import { spreadOf } from '../../timing/spread.ts';
import { encodeRows, encodeSentences, type EncodedRows } from '../../tokenizer/rows.ts';
import type { AnsweringRequest, ModelAnswer, TriedAnswer, TriedText } from '../contract.ts';
import { poolingOfRun } from '../options.ts';
import { recogniseOf } from '../inputs/original.ts';
import { openFolder, type OpenedFolder } from '../inputs/reduced.ts';
import { oracleOf } from './measure-made.ts';

interface Answering {
  folder: OpenedFolder;
  reduced: Encoder;
  full: Encoder | null;
}

let open: Promise<Answering> | null = null;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Opens both models in place of those before.
 * @throws WinnowError as `openFolder` and the models' opening.
 */
export async function openAnswering(request: AnsweringRequest): Promise<ReducedRecord> {
  await close();
  open = openModels(request);
  try {
    return (await open).folder.record;
  } catch (error) {
    open = null;
    throw error;
  }
}

async function close(): Promise<void> {
  const before = await open?.catch(() => null);
  open = null;
  await before?.reduced.dispose();
  await before?.full?.dispose();
}

async function openModels({ reduced, whole }: AnsweringRequest): Promise<Answering> {
  const folder = await openFolder(await recogniseReduced(reduced));
  const { record, task, tokenizer, maxLength, graphs } = folder;
  const perToken = task.kind === 'labelling';
  const facts = { outputs: task.labels?.length ?? 1, perToken, maxLength, padding: tokenizer.padding };
  // A sentence at a time is quicker on the processor than to be sent to a graphics device and back.
  const { threads } = await chooseBackend('wasm', null);
  const place = { backend: 'wasm', gpu: null, threads } as const;
  const opened: Encoder[] = [];
  const keep = (encoder: Encoder): Encoder => {
    opened.push(encoder);
    return encoder;
  };
  try {
    const small = keep(await reducedEncoder(graphs[0].files, facts, place));
    const full = await openWhole(whole, facts, place);
    if (full) keep(full);
    // The first run of a model takes longer than all others: its memory is laid out.
    const { rows } = await encode({ text: 'a', pair: record.task.pairs ? 'a' : null }, folder);
    for (const model of opened) await extractFew(rows, model);
    return { folder, reduced: small, full };
  } catch (error) {
    for (const model of opened) await model.dispose();
    throw error;
  }
}

async function openWhole(
  whole: AnsweringRequest['whole'],
  facts: ReducedFacts,
  place: Parameters<typeof reducedEncoder>[2],
): Promise<Encoder | null> {
  const head = whole && oracleOf(whole.run);
  if (!whole || !head) return null;
  const { vectors } = await recogniseOf(whole, whole.run);
  const source = vectors.from === 'model' ? vectors.model.source : null;
  if (!source?.tokenizer) return null;
  const token = facts.perToken ? 'all' : poolingOfRun(whole.run);
  return openWritten({ model: source, head, token }, facts, place);
}

/** @throws WinnowError `missing-file` where no model is open, `bad-data` for a text that has no tokens. */
export function answerText(text: TriedText): Promise<TriedAnswer> {
  const answer = turn.then(() => answerNow(text));
  turn = answer.catch(() => undefined);
  return answer;
}

async function answerNow(text: TriedText): Promise<TriedAnswer> {
  const models = await open;
  if (!models) {
    const message = 'No smaller model is open to answer.';
    throw new WinnowError('missing-file', message, 'Open it again.');
  }
  const { folder, reduced, full } = models;
  const { task } = folder;
  const started = performance.now();
  const { rows, words } = await encode(text, folder);
  const tokenizedMs = performance.now() - started;
  const list = full ? [reduced, full] : [reduced];
  const [own, whole] = await answersInTurn(list, rows);
  const answerOf = ({ logits, ms }: TimedLogits): ModelAnswer => ({
    ms: ms + tokenizedMs,
    answers: answersIn(logits, task),
  });
  return { words, reduced: answerOf(own), full: full && answerOf(whole) };
}

interface TimedLogits {
  logits: Float32Array;
  ms: number;
}

/** Who waits for an answer notices no more; quick models get several turns meanwhile, for whichever runs first pays for both. */
const turnsMs = 40;
const mostTurns = 7;

/** The median of each model's turns. */
async function answersInTurn(models: readonly Encoder[], rows: EncodedRows): Promise<TimedLogits[]> {
  const logits: Float32Array[] = [];
  const times = models.map((): number[] => []);
  const started = performance.now();
  for (let turn = 0; turn < mostTurns; turn += 1) {
    for (const [place, model] of models.entries()) {
      const start = performance.now();
      logits[place] = await extractFew(rows, model);
      times[place].push(performance.now() - start);
    }
    if (performance.now() - started > turnsMs) break;
  }
  return logits.map((values, place) => ({ logits: values, ms: spreadOf(times[place]).median }));
}

async function encode(
  { text, pair }: TriedText,
  { task, tokenizer, maxLength, record }: OpenedFolder,
): Promise<{ rows: EncodedRows; words: string[] | null }> {
  if (task.kind !== 'labelling') {
    const { pooling } = record;
    return { rows: await encodeRows(tokenizer, [{ text, pair }], { maxLength, pooling }), words: null };
  }
  const words = wordsOf(text);
  const { rows, leftOut } = await encodeSentences(tokenizer, [{ words }], record.aggregation ?? 'last', { maxLength });
  if (leftOut.length === 0) return { rows, words };
  const { reason } = leftOut[0];
  const message =
    reason.kind === 'too-long'
      ? `The sentence has ${reason.tokens} tokens, and the smaller model takes ${maxLength}.`
      : `The tokenizer knows no subwords for \`${reason.word}\`.`;
  throw new WinnowError('bad-data', message, 'Shorten or change the sentence.');
}

/** As treebanks cut: words, and each mark by itself. */
function wordsOf(text: string): string[] {
  const segments = new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text);
  return Array.from(segments, ({ segment }) => segment.trim()).filter((segment) => segment !== '');
}

/** Of logits [answers, outputs]: the label and the share that softmax gives it, or the score. */
function answersIn(logits: Float32Array, { name, labels }: LabelledTask): ModelAnswer['answers'] {
  if (labels === null) return Array.from(logits, (score) => ({ answer: score, share: null }));
  const shown = labelNames(name, labels);
  return answersOf(logits, labels.length, true).map((label, row) => {
    const own = logits.subarray(row * labels.length, (row + 1) * labels.length);
    const sum = own.reduce((all, value) => all + Math.exp(value - own[label]), 0);
    return { answer: shown[label], share: 1 / sum };
  });
}
