/**
 * What one dropped file is to the data room, told from its first bytes, and which role its name proposes. Reads at most
 * a megabyte; never throws for a file's content.
 */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { csvTable } from '../format/csv.ts';
import { jsonlTable } from '../format/jsonl.ts';
import { readFirstLines } from '../format/lines.ts';
import { isParquet, parquetTable } from '../format/parquet.ts';
import type { Table } from '../format/table.ts';
import { firstTokens, tokenFormat } from '../format/token-lines.ts';
import { cellsOf, isBlank } from '../format/tsv.ts';
import { tsvTable } from '../format/tsv-table.ts';
import type { DroppedFile, Role } from './cards.ts';
import { emptyFile } from './instances.ts';
import { fittingTasks, isUnlabelled, type Fit } from './layout.ts';
import { listLayout, type ListLayout } from './list-layout.ts';
import { shown } from './rows.ts';
import { ownFits, tableLayout, type TableLayout } from './table-layout.ts';
import { tasks, type TaskName } from './tasks.ts';
import { tokenLayout, type TokenLayout } from './token-layout.ts';
import { sniffPair, type PairLayout } from './word-label.ts';

/** How a file's rows are read. A table in a GLUE layout is a table like any other if the user says so. */
export type Source =
  /** `lists`: its columns of words and labels, one list a sentence. */
  | { form: 'table'; table: Table | null; layout: TableLayout | null; lists: ListLayout | null }
  | { form: 'tokens'; layout: TokenLayout }
  | { form: 'pair'; layout: PairLayout };

export type Kind =
  /** Sentences with labels; `fits` has at least one entry, the best match first. */
  | { kind: 'data'; source: Source; fits: Fit[] }
  /** Sentences without labels, as GLUE's test files. */
  | { kind: 'unlabelled'; error: WinnowError }
  /** Named as data, but empty, unreadable or of unknown columns. */
  | { kind: 'broken'; error: WinnowError }
  /** Not data at all: a model's file, a read-me. */
  | { kind: 'other' };

export interface Sniffed extends DroppedFile {
  name: string;
  /** '' at the top. */
  folder: string;
  /** The labels of a file of words. */
  labels: DroppedFile | null;
  /** The other files of a table that lies in several, in order. */
  shards: DroppedFile[];
  /** How many of them are missing, by their names. */
  absentShards: number;
  what: Kind;
}

/** @param labels the file of labels where `file` is one of words. */
export async function sniff({ path, file }: DroppedFile, labels: DroppedFile | null = null): Promise<Sniffed> {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const folder = path.slice(0, Math.max(0, slash));
  return { path, file, name, folder, labels, shards: [], absentShards: 0, what: await kindOf(file, name, labels) };
}

async function kindOf(file: File, name: string, labels: DroppedFile | null): Promise<Kind> {
  if (name.startsWith('.') || (isModelName(name) && !isLinesOfJson(name))) return { kind: 'other' };
  try {
    if (isWordName(name)) return await pairKind(file, labels);
    const kind = (await isParquet(file)) ? tableKind(file, await parquetTable(file)) : await textKind(file, name);
    if (kind !== null) return kind;
  } catch (error) {
    if (!(error instanceof WinnowError)) throw error;
    if (isDataName(name)) return { kind: 'broken', error };
  }
  return { kind: 'other' };
}

/** What a text file is; null for a text that is not named as data and is none. */
async function textKind(file: File, name: string): Promise<Kind | null> {
  const named = isDataName(name);
  const lines = await readFirstLines(file);
  const rows = lines.map(cellsOf);
  if (rows.every(isBlank)) return named ? { kind: 'broken', error: emptyFile(file) } : null;

  const table = tsvTable(file, rows);
  const layout = table && tableLayout(table);
  const glue = fittingTasks(rows);
  if (glue.length > 0)
    return { kind: 'data', source: { form: 'table', table, layout, lists: null }, fits: withOwn(glue) };
  if (isUnlabelled(rows) && !layout?.isNamed) return { kind: 'unlabelled', error: noLabels(file) };

  const format = tokenFormat(lines);
  if (format !== null) return tokensKind(tokenLayout(format, firstTokens(lines, format)));
  for (const other of [jsonlTable(file, lines), table, csvTable(file, lines)]) {
    const kind = other && tableKind(file, other);
    // Prose has commas too: without a name that says data, its columns must.
    if (kind?.kind === 'data' && (named || isNamed(kind.source))) return kind;
    if (kind && named && (kind.kind === 'unlabelled' || other !== table)) return kind;
  }
  return named ? { kind: 'broken', error: unknownColumns(file, rows) } : null;
}

function isNamed(source: Source): boolean {
  return source.form === 'table' && (source.layout?.isNamed === true || source.lists !== null);
}

async function pairKind(file: File, labels: DroppedFile | null): Promise<Kind> {
  if (labels === null) return { kind: 'broken', error: noPartner(file) };
  const { layout, fits } = await sniffPair(file, labels.file);
  return { kind: 'data', source: { form: 'pair', layout }, fits };
}

function tableKind(file: File, table: Table): Kind {
  const layout = tableLayout(table);
  const lists = table.lists && listLayout(table.lists);
  const source: Source = { form: 'table', table, layout, lists };
  if (lists !== null && !layout?.isNamed) {
    const fits = layout?.label == null ? [] : ownFits(columnOf(table, layout.label)).map(less);
    return { kind: 'data', source, fits: [...labellingFits(lists), ...fits] };
  }
  if (layout === null || layout.label === null) {
    return { kind: 'broken', error: noColumns(file, table, layout) };
  }
  const labels = columnOf(table, layout.label);
  // Test sets of the Hugging Face hub hold −1 where a label is kept secret.
  if (labels.length > 0 && labels.every((label) => label === '-1'))
    return { kind: 'unlabelled', error: noLabels(file) };
  const more = lists === null ? [] : [{ task: 'labelling', share: 0.2 } as const];
  return { kind: 'data', source, fits: [...ownFits(labels), ...more] };
}

function columnOf({ columns, sample }: Table, name: string): Table['sample'][number] {
  const place = columns.indexOf(name);
  return sample.map((cells) => cells[place]);
}

/** As a second choice. */
function less({ task, share }: Fit): Fit {
  return { task, share: share / 10 };
}

function tokensKind(layout: TokenLayout): Kind {
  return { kind: 'data', source: { form: 'tokens', layout }, fits: labellingFits(layout) };
}

function labellingFits({ columns }: Pick<TokenLayout, 'columns'>): Fit[] {
  const known = [...new Set(columns.flatMap(({ task }) => task ?? []))];
  // A CoNLL-2000 file has two columns with tasks; the chunks are what it was made for.
  const rank: readonly TaskName[] = ['chunking', 'sem', 'pos', 'ccg'];
  const ordered = known.sort((a, b) => rank.indexOf(a) - rank.indexOf(b));
  const fits = ordered.map((task, index) => ({ task, share: 0.6 - 0.1 * index }));
  return [...fits, { task: 'labelling', share: known.length === 0 ? 0.5 : 0.3 }];
}

/** A table in a GLUE layout whose labels no GLUE task knows is first of all somebody's own. */
function withOwn(glue: Fit[]): Fit[] {
  return glue[0].share > 0 ? glue : [{ task: 'classification', share: 0 }, ...glue];
}

/** Without the ending of gzip, which says nothing about what is packed. */
function plain(name: string): string {
  return name.replace(/\.gz$/i, '');
}

export function isDataName(name: string): boolean {
  return /\.(tsv|csv|jsonl|ndjson|parquet|conll|conllu|conllx|iob2?|words?|labels?)$/i.test(plain(name));
}

/** A file of words beside which lies one of labels, or should. */
export function isWordName(name: string): boolean {
  return /\.(words?|labels?)(\.txt)?$/i.test(plain(name));
}

/** Files that belong to a model: never opened and never spoken of here. */
export function isModelName(name: string): boolean {
  return /\.(json|safetensors|bin|pt|pth|onnx|model|h5|msgpack)$|^(vocab|merges)\.txt$/i.test(plain(name));
}

/** JSON lines are often named `.json`; one that is named for a role may be a data set. */
function isLinesOfJson(name: string): boolean {
  return /\.json$/i.test(plain(name)) && proposedRole(name) !== null;
}

/** Whether the file can serve this task; of two tasks with the same columns, the one that knows the labels. */
export function fitsTask({ what }: Sniffed, task: TaskName): boolean {
  if (what.kind !== 'data') return false;
  const { source, fits } = what;
  if (fits.some((fit) => fit.task === task && (fit.share > 0 || fits[0].share === 0))) return true;
  switch (tasks[task].kind) {
    case 'glue':
      return false;
    case 'own':
      return source.form === 'table' && source.table !== null && source.layout !== null;
    case 'labelling':
      if (source.form === 'table') return source.lists !== null;
      return source.form === 'tokens' || source.layout.labels === 'words';
  }
}

function noLabels(file: File): WinnowError {
  const message = `${nameOf(file)} holds no labels: it cannot be used to train or to score.`;
  return new WinnowError('bad-data', message, 'Use the labelled train and dev files of the task.');
}

function noPartner(file: File): WinnowError {
  const [has, lacks] = /\.words?(\.txt)?$/i.test(plain(nameOf(file).slice(1, -1)))
    ? ['word', 'label']
    : ['label', 'word'];
  const message = `${nameOf(file)} has no file of ${lacks === 'word' ? 'words' : 'labels'} beside it.`;
  return new WinnowError('missing-file', message, `Add the file of the same name with \`.${lacks}\` for \`.${has}\`.`);
}

function noColumns(file: File, { columns, lists }: Table, layout: TableLayout | null): WinnowError {
  const names = [...columns, ...(lists?.columns ?? [])].slice(0, 6).map(shown).join(', ');
  const message = `${nameOf(file)} has no column of ${layout === null ? 'text' : 'labels'}; its columns are ${names}.`;
  return new WinnowError(
    'bad-data',
    message,
    'Name the columns `text` and `label`; of labelled words, give each sentence two lists of one length.',
  );
}

function unknownColumns(file: File, rows: string[][]): WinnowError {
  const first = rows[0].slice(0, 6).map(shown);
  const separator = rows[0].length === 1 ? ' (no tab in it: columns must be separated by tabs)' : '';
  const message = `${nameOf(file)} has the columns of no GLUE task; its first line holds ${first.join(', ')}${separator}.`;
  return new WinnowError(
    'bad-data',
    message,
    'Use the official tsv files, or give yours a column of text and one of labels.',
  );
}

/** The role that a file's name proposes: `train.tsv`, `dev_matched.tsv`, `validation.tsv`, `sst2-train.txt`. */
export function proposedRole(name: string): Role | null {
  const words = name.toLowerCase().split(/[^a-z]+/);
  const has = (...wanted: string[]) => wanted.some((word) => words.includes(word));
  if (has('mismatched', 'ids', 'results')) return null;
  const proposed: Role[] = [];
  if (has('train', 'training')) proposed.push('train');
  if (has('dev', 'val', 'valid', 'validation', 'devel', 'eval')) proposed.push('dev');
  if (has('test', 'testing')) proposed.push('test');
  return proposed.length === 1 ? proposed[0] : null;
}
