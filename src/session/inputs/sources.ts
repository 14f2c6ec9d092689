/**
 * What is extracted: the rows of each file in the order in which their activations are stored, and where the three parts
 * of the data set lie in them. A train file that is split gives one source, its train rows before its dev rows.
 */
import { roleNames, type ColumnsCard, type Role } from '../../data/cards.ts';
import type { DataFile, DataSet, Part } from '../../data/data-set.ts';
import type { Instance, LabelledSentence } from '../../data/rows.ts';
import type { LabelledTask } from '../../data/tasks.ts';
import { drawSample } from './sample.ts';

/** Labels are numbered as the task has them. */
export type SourceRows = { kind: 'sentence'; rows: Instance[] } | { kind: 'labelling'; rows: LabelledSentence[] };

export interface RowSource {
  /** The file's. */
  role: Role;
  file: DataFile;
  /** How the rows are ordered; part of the cache's key. */
  ordering: 'file' | 'split';
  data: SourceRows;
  /** Rows of the file, from 0, that these are. */
  order: Int32Array;
  /** Which of these rows a quick look takes, ascending; null: there is nothing beside them. */
  sample: Int32Array | null;
  /** How many rows these were drawn from, in a quick look; null: they are whole. */
  drawnFrom: number | null;
}

const unsampled = { sample: null, drawnFrom: null } as const;

/** Rows [from, to) of one source. */
export interface RowRange {
  source: number;
  from: number;
  to: number;
}

export interface Plan {
  task: LabelledTask;
  sources: RowSource[];
  places: Record<Role, RowRange>;
  /** Rows that the split shuffled, of which the draws of representatives go on; 0 where dev is a file of its own. */
  splitRows: number;
}

export function planOf(set: DataSet): Plan {
  const plan = wholePlan(set);
  const sources = plan.sources.map((source, index) => {
    const places = Object.values(plan.places).filter((place) => place.source === index);
    return withSample(
      source,
      places.toSorted((a, b) => a.from - b.from),
    );
  });
  return { ...plan, sources };
}

/** The same with the rows of a quick look alone. */
export function quickLook(plan: Plan): Plan {
  const placeOf = ({ source, from, to }: RowRange): RowRange => {
    const { sample } = plan.sources[source];
    const before = (end: number): number => sample?.filter((row) => row < end).length ?? end;
    return { source, from: before(from), to: before(to) };
  };
  const { train, dev, test } = plan.places;
  const places = { train: placeOf(train), dev: placeOf(dev), test: placeOf(test) };
  return { ...plan, sources: plan.sources.map((source) => sampleSource(source) ?? source), places };
}

/** The rows of a source that a quick look takes, as a source; null where these are all. */
export function sampleSource(source: RowSource): RowSource | null {
  const { sample, data, order } = source;
  if (sample === null) return null;
  const rows = Array.from(sample, (row) => data.rows[row]);
  return {
    ...source,
    data: { kind: data.kind, rows } as SourceRows,
    order: Int32Array.from(sample, (row) => order[row]),
    sample: null,
    drawnFrom: data.rows.length,
  };
}

function withSample(source: RowSource, places: readonly Pick<RowRange, 'from' | 'to'>[]): RowSource {
  const sample = Int32Array.from(places.flatMap(({ from, to }) => [...drawSample(from, to)]));
  return sample.length < source.data.rows.length ? { ...source, sample } : source;
}

function wholePlan(set: DataSet): Plan {
  const { train, dev, test } = set.parts;
  const splitRows = set.split?.order.length ?? 0;
  const common = { task: set.task, splitRows };
  const whole = (part: Part<unknown>, source: number): RowRange => ({ source, from: 0, to: part.rows.length });
  if (set.split === null) {
    const sources = roleNames.map((role) => sourceOf(set, role));
    return { ...common, sources, places: { train: whole(train, 0), dev: whole(dev, 1), test: whole(test, 2) } };
  }
  const order = Int32Array.from([...train.order, ...dev.order]);
  const both: RowSource = {
    role: 'train',
    file: train.file,
    ordering: 'split',
    data: rowsOf(set, ['train', 'dev']),
    order,
    ...unsampled,
  };
  const cut = train.rows.length;
  const places = {
    train: { source: 0, from: 0, to: cut },
    dev: { source: 0, from: cut, to: cut + dev.rows.length },
    test: whole(test, 1),
  };
  return { ...common, sources: [both, sourceOf(set, 'test')], places };
}

/** All rows of one file in file order, under the file's own label numbers: for extraction alone. */
export function fileSource(file: DataFile, rows: number | null): RowSource {
  const { role, data } = file;
  const used = (data.kind === 'sentence' ? data.instances : data.sentences).slice(0, rows ?? undefined);
  const order = Int32Array.from(used.keys());
  const taken = { kind: data.kind, rows: used } as SourceRows;
  return withSample({ role, file, ordering: 'file', data: taken, order, ...unsampled }, [{ from: 0, to: used.length }]);
}

/** Columns that decide which text is read. */
export function textColumns(columns: ColumnsCard | null): (string | null)[] {
  return columns === null ? [] : [columns.text, columns.pair];
}

function sourceOf(set: DataSet, role: Role): RowSource {
  const { file, order } = set.parts[role];
  return { role: file.role, file, ordering: 'file', data: rowsOf(set, [role]), order, ...unsampled };
}

/** The rows of these parts, one after the other. */
function rowsOf({ kind, parts }: DataSet, roles: readonly Role[]): SourceRows {
  return { kind, rows: roles.flatMap((role): SourceRows['rows'][number][] => parts[role].rows) } as SourceRows;
}
