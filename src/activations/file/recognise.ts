/**
 * Activation files among dropped files: what they hold and which data file each belongs to, by its name or the user's
 * word. They stand in for a model; what is missing or does not fit comes back as a notice, both numbers in it.
 */
import { toPlainError, WinnowError, type Notice } from '../../base/errors.ts';
import type { Pooling } from '../../base/pooling.ts';
import type { MissingNotice, Recognition } from '../../base/recognition.ts';
import { baseName } from '../../base/source-file.ts';
import { roleNames, type Corrections, type DroppedFile, type Role } from '../../data/cards.ts';
import type { DataFile, RoleFiles } from '../../data/data-set.ts';
import { noLabel } from '../../data/no-label.ts';
import { correctedRole, proposedRole } from '../../data/sniff.ts';
import { pairMark, spacedWords } from '../../data/formats/word-label.ts';
import type { SentenceActivations } from '../../format/activation-file.ts';
import type { OpenHdf5 } from '../../format/hdf5.ts';
import type { ActivationFormat } from './formats.ts';
import { sniffActivations, type OpenActivationFile } from './open.ts';
import { unequalLayers } from '../../format/row-file.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { checkSentenceCount, checkWords, orderedFile, tokenFault, type Pairing } from './pair.ts';
import { groupLayers, openVectors, vectorParts, type VectorFile } from './vector-file.ts';

export interface ActivationFileCard {
  path: string;
  /** null: left out, by the user or because nothing says what it is for. */
  role: Role | null;
  format: ActivationFormat;
  /** What it counts; null where only reading to the end would tell. */
  count: number | null;
  unit: 'sentence' | 'row';
  bytes: number;
}

export interface ActivationsCard {
  /** For the run file: that of the train file. */
  name: string;
  /** As many as the files hold: the first is layer 0, the embeddings' place. */
  layers: number;
  hidden: number;
  /** What stands for a sentence; null where there is no choice: words are labelled, or a sentence is one row. */
  sentenceToken: Pooling | null;
  /** Columns of arrays that do not say how many layers these are; null where every file says its layers. */
  columns: number | null;
  /** Whether vectors are of subwords, which a tokenizer beside them says the words of. */
  subwords: boolean;
  files: ActivationFileCard[];
}

export interface ActivationsRecognition extends Recognition<Role> {
  /** null while no file could be opened. */
  card: ActivationsCard | null;
  /** By the role of the data file they belong to. */
  files: ReadonlyMap<Role, VectorFile>;
}

/** Activation files apart from all others, which model and data room then look at. */
export async function splitOff(
  files: readonly DroppedFile[],
): Promise<{ activations: DroppedFile[]; others: DroppedFile[] }> {
  const activations: DroppedFile[] = [];
  const others: DroppedFile[] = [];
  for (const dropped of files) ((await holdsActivations(dropped)) ? activations : others).push(dropped);
  return { activations, others };
}

async function holdsActivations({ path, file }: DroppedFile): Promise<boolean> {
  // TensorFlow's weights are HDF5 too.
  if (/(^|\/)tf_model[^/]*\.h5$/i.test(path)) return false;
  try {
    return (await sniffActivations(file)) !== null;
  } catch (error) {
    if (error instanceof WinnowError) return false; // vanished: whoever reads it next says so
    throw error;
  }
}

/**
 * @param activations as `splitOff` gives them.
 * @param data the files of the data set, by role.
 * @param tokenizer says which vectors are of which word where they are of subwords; null: there is none.
 */
export async function recogniseActivations(
  activations: readonly DroppedFile[],
  data: RoleFiles,
  corrections: Corrections,
  openHdf5: OpenHdf5,
  tokenizer: Tokenizer | null = null,
): Promise<ActivationsRecognition> {
  const cards: OpenedCard[] = [];
  const files = new Map<Role, VectorFile>();
  const misfits: MissingNotice<Role>[] = [];
  let subwords = false;
  const used = new Map<string, Role | null>();
  const missing: MissingNotice<Role>[] = [];
  const notices: Notice[] = [];
  const result = { files, used, missing, notices, ignored: [] };
  for (const dropped of groupLayers(activations)) {
    const corrected = correctedRole(dropped.path, corrections);
    const role = corrected === undefined ? proposedRole(dropped.path) : corrected;
    for (const part of vectorParts(dropped)) used.set(part.path, role);
    const pairing = role && data[role] && pairingOf(data[role], 'first');
    try {
      const { file, first } = await withActivations(dropped, openHdf5, null, async (opened) => {
        const inOrder = pairing ? orderedFile(opened, pairing) : opened;
        return { file: inOrder, first: await firstSentence(inOrder) };
      });
      const { name, format, count, unit, columns } = file;
      notices.push(...renamedLayers(dropped, file), ...joinedLayers(dropped, file));
      // Layers that do not fit are said, and the card still stands, to be corrected.
      const fits = columns !== null && Number.isSafeInteger(columns / (corrections.layers ?? 1));
      const layers = fits ? (corrections.layers ?? 1) : file.layers;
      const hidden = fits ? columns / layers : file.hidden;
      const bytes = vectorParts(dropped).reduce((sum, part) => sum + part.file.size, 0);
      cards.push({ path: dropped.path, role, format, count, unit, bytes, layers, hidden, columns, first });
      if (columns !== null && !fits) throw unequalLayers(dropped.file, columns, corrections.layers ?? 1);
      if (role === null) {
        if (corrected === undefined) notices.push(unnamed(dropped));
      } else if (files.has(role)) {
        notices.push(contested(dropped, role));
      } else {
        files.set(role, dropped);
        if (pairing) checkSentenceCount(file, pairing);
        if (pairing && first) checkWords(first, 0, { name }, pairing);
        // A sentence without any is left out.
        const isOther =
          pairing?.kind === 'words' && first !== null && first.tokens > 0 && first.tokens !== pairing.words[0];
        const fault = isOther ? tokenFault(first, 0, { name }, pairing, tokenizer) : null;
        if (fault !== null) misfits.push({ ...toPlainError(fault), path: dropped.path, role });
        else if (isOther) subwords = true;
      }
    } catch (error) {
      if (!(error instanceof WinnowError)) throw error;
      missing.push({ ...toPlainError(error), path: dropped.path, role });
      if (role !== null) files.set(role, dropped);
    }
  }
  if (misfits.length > 0) missing.push(oneMisfit(misfits));
  for (const role of roleNames) {
    const rows = data[role];
    if (rows !== null && !files.has(role)) missing.push({ ...toPlainError(lacking(rows)), path: null, role });
  }
  const first = cards.find(({ role }) => role === 'train') ?? cards.at(0);
  if (first === undefined) return { card: null, ...result };
  const { layers, hidden } = first;
  const other = cards.find((card) => card.role !== null && (card.layers !== layers || card.hidden !== hidden));
  if (other) missing.push({ ...toPlainError(uneven(first, other)), path: other.path, role: other.role });
  const columns = cards.find((card) => card.columns !== null && card.role !== null)?.columns ?? null;
  if (columns !== null && corrections.layers === undefined) notices.push(oneLayer(columns, cards));
  const ofSentences = roleNames.some((role) => data[role]?.data.kind === 'sentence');
  const sentenceToken = ofSentences ? tokenOf(cards, corrections, notices) : null;
  const plain = cards.map(({ path, role, format, count, unit, bytes }) => ({ path, role, format, count, unit, bytes }));
  if (subwords && tokenizer) notices.push(aligned(first, tokenizer));
  const { path } = first;
  return { ...result, card: { name: baseName(path), layers, hidden, sentenceToken, columns, subwords, files: plain } };
}

interface OpenedCard extends ActivationFileCard, Pick<OpenActivationFile, 'layers' | 'hidden' | 'columns'> {
  /** null where a file knows nothing of sentences. */
  first: SentenceActivations | null;
}

async function firstSentence(file: OpenActivationFile): Promise<SentenceActivations | null> {
  if (file.unit === 'row') return null;
  for await (const first of file.sentences()) return first;
  return null;
}

/**
 * The token that stands for a sentence: the user's choice, or the last one where that is XLNet's `<cls>`, as the
 * published extraction finds it, else the first. null: every sentence is one token.
 */
function tokenOf(cards: readonly OpenedCard[], { sentenceToken }: Corrections, notices: Notice[]): Pooling | null {
  if (sentenceToken !== undefined) return sentenceToken;
  const several = cards.find(({ role, first }) => role !== null && first !== null && first.tokens > 1);
  if (!several) return null;
  if (several.first?.words?.at(-1) !== '<cls>') return 'first';
  const message = `The last token of the first sentence of \`${several.path}\` is \`<cls>\`: the last token stands for a sentence.`;
  const next = 'Choose another on the card of activations, or with --token, if that is not so.';
  notices.push({ code: 'bad-data', message, next, path: several.path });
  return 'last';
}

function oneLayer(columns: number, cards: readonly OpenedCard[]): Notice {
  const path = cards.find((card) => card.columns === columns)?.path ?? null;
  const message = `\`${path}\` does not say how many layers its ${columns} columns are; they are taken for one.`;
  const next = 'Give the number of layers on the card of activations, or with --layers: layer after layer in each row.';
  return { code: 'bad-option', message, next, path };
}

/** How the rows of a data file are found in its activation file. @param token what stands for a sentence of several. */
export function pairingOf({ file, data }: DataFile, token: Pooling): Pairing {
  if (data.kind === 'sentence') {
    const { instances } = data;
    const words = (sentence: number): string[] => {
      const { text, pair } = instances[sentence];
      return spacedWords(pair === null ? text : `${text}${pairMark}${pair}`);
    };
    const sentences = instances.length;
    return { name: file.name, isBeginning: false, wordsOf: words, kind: 'sentences', sentences, token };
  }
  const { sentences, cut } = data;
  const words = Int32Array.from(sentences, (sentence) => sentence.words.length);
  const isLabelled = (at: number, word: number): boolean => sentences[at].labels[word] !== noLabel;
  return { name: file.name, isBeginning: cut, wordsOf: (at) => sentences[at].words, kind: 'words', words, isLabelled };
}

/** Opens the file, `layers` as there, and closes it again, whatever `work` does. @throws as `openVectors` and `work`. */
export async function withActivations<T>(
  vectorFile: VectorFile,
  openHdf5: OpenHdf5,
  layers: number | null,
  work: (opened: OpenActivationFile) => Promise<T>,
): Promise<T> {
  const opened = await openVectors(vectorFile, { layers, openHdf5 });
  try {
    return await work(opened);
  } finally {
    opened.close();
  }
}

/** Layers that the file calls otherwise than results will. */
function renamedLayers({ path }: DroppedFile, { layerIndices, layers }: OpenActivationFile): Notice[] {
  if (!layerIndices || layerIndices.every((index, place) => index === place)) return [];
  const message = `The layers ${layerIndices.join(', ')} of \`${path}\` are called 0 to ${layers - 1} in results, in this order.`;
  const next = 'Nothing to do; layer 0 is then no layer of embeddings.';
  return [{ code: 'bad-data', message, next, path }];
}

function unnamed({ path }: DroppedFile): Notice {
  const message = `\`${path}\` holds activations, but its name says none of train, dev and test; it is left out.`;
  return { code: 'bad-data', message, next: 'Give it a role on the card of activations.', path };
}

function joinedLayers({ layerFiles, path }: VectorFile, { layers }: OpenActivationFile): Notice[] {
  const last = layerFiles?.at(-1);
  if (!last) return [];
  const message = `\`${path}\` to \`${last.path}\` are read as one file of ${layers} layers, in the order of their numbers.`;
  return [{ code: 'bad-data', message, next: 'Take out those that do not belong to it, if there are any.', path }];
}

/** Files whose vectors are of subwords are so for one reason: it is said of the first. */
function oneMisfit([first, ...others]: readonly MissingNotice<Role>[]): MissingNotice<Role> {
  if (others.length === 0) return first;
  const paths = others.map(({ path }) => `\`${path}\``).join(', ');
  return { ...first, message: `${first.message.slice(0, -1)}; it is alike in ${paths}.` };
}

function aligned({ path }: OpenedCard, { card }: Tokenizer): Notice {
  const message = `The vectors of \`${path}\` are of subwords; \`${baseName(card.path)}\` says which are of which word.`;
  const next = 'Choose with “Subwords of a word” (--aggregate) which of them stand for a word.';
  return { code: 'bad-data', message, next, path };
}

function contested({ path }: DroppedFile, role: Role): Notice {
  const message = `Two files could hold the activations of the ${role} file; \`${path}\` is left out.`;
  return { code: 'bad-data', message, next: 'Change their roles on the card of activations to use it.', path };
}

function lacking({ file, role }: DataFile): WinnowError {
  const message = `There are no activations of the ${role} file \`${file.name}\`.`;
  const next = `Add a file of activations with "${role}" in its name, or give one of them the role ${role}.`;
  return new WinnowError('missing-file', message, next);
}

function uneven(first: OpenedCard, other: OpenedCard): WinnowError {
  const message = `\`${other.path}\` has ${other.layers} layers of ${other.hidden} neurons, \`${first.path}\` ${first.layers} of ${first.hidden}.`;
  return new WinnowError('bad-data', message, 'Extract all files with the same model and the same layers.');
}
