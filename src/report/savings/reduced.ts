/**
 * What was measured of a smaller model, in a sentence and in tables. A time is said to be shorter or longer only where the
 * quartiles of the two lie apart; scores are said as they are, on the same rows.
 */
import type { ScoreName } from '../../data/tasks.ts';
import { placeText } from '../../run/place.ts';
import type { MeasuredFile, ReducedEntry, ReducedScores } from '../../run/reduced.ts';
import type { Spread } from '../../run/run-file.ts';
import {
  byteSize,
  counted,
  integer,
  layerRange,
  milliseconds,
  percent,
  scoreText,
  scoreTitles,
  significant,
} from '../format.ts';
import {
  countCell,
  missingCell,
  numberColumns,
  scoreCell,
  textCell,
  textColumn,
  type Cell,
  type Table,
} from '../table.ts';

export type TimeOutcome = 'shorter' | 'longer' | 'alike';

/** Of a file's time against the whole model's, measured in turn. */
export function timeOutcome({
  msPerRow,
  fullMsPerRow,
}: Pick<MeasuredFile, 'msPerRow' | 'fullMsPerRow'>): TimeOutcome | null {
  if (fullMsPerRow === null) return null;
  if (msPerRow.upper < fullMsPerRow.lower) return 'shorter';
  return msPerRow.lower > fullMsPerRow.upper ? 'longer' : 'alike';
}

/** Of a text: a row, or the sentence of labelled words. */
const texts = { row: 'row', word: 'sentence' } as const;

function timeWords(file: MeasuredFile, text: string): string {
  const outcome = timeOutcome(file);
  if (outcome === null || file.fullMsPerRow === null) return `a ${text} takes ${milliseconds(file.msPerRow.median)}`;
  const both = `${milliseconds(file.msPerRow.median)} a ${text} against ${milliseconds(file.fullMsPerRow.median)}`;
  const factor = file.msPerRow.median / file.fullMsPerRow.median;
  switch (outcome) {
    case 'shorter':
      return `it is ${significant(1 / factor)} × as fast (${both})`;
    case 'longer':
      return `it takes ${significant(factor)} × as long (${both})`;
    case 'alike':
      return `times cannot be told apart on this machine (${both})`;
    default:
      return outcome satisfies never;
  }
}

/** One sentence or two on its first file, scores in the metric. */
export function reducedFinding({ layers, neurons, measurement }: ReducedEntry, metric: ScoreName): string {
  const { files, full, fineTuned, rows, unit, split } = measurement;
  const [file] = files;
  const own = scoreText(file.scores[metric], metric);
  const whole = full.scores?.[metric];
  const against = whole == null ? '' : ` against ${scoreText(whole, metric)} of a probe on all neurons`;
  const head =
    'scores' in fineTuned && fineTuned.scores[metric] != null
      ? ` The model’s own head: ${scoreText(fineTuned.scores[metric], metric)}.`
      : '';
  const bytes = full.bytes > 0 ? ` Its file has ${percent(file.bytes / full.bytes)} of the bytes.` : '';
  const what = `${counted(neurons, 'neuron')} of ${layerRange(layers)}`;
  return `${what}: ${scoreTitles[metric]} ${own}${against}, on ${counted(rows, unit)} of the ${split} part; ${timeWords(file, texts[unit])}.${bytes}${head}`;
}

/** Where it was measured. */
export function measuredWhere({ measurement: { device, created } }: ReducedEntry): string {
  return `Measured ${created.slice(0, 16).replace('T', ' ')}, ${placeText(device)}. Times are medians with their quartiles; file and whole model ran in turn.`;
}

/** A line a file, then the whole model where it was at hand. */
export function reducedTable(
  { measurement: { files, full, fineTuned, unit } }: ReducedEntry,
  metric: ScoreName,
): Table {
  const beside = files.some(({ fullMsPerRow }) => fullMsPerRow !== null);
  const none = missingCell('beside each file');
  const wide = (...cells: Cell[]): Cell[] => (beside ? cells : []);
  const rows: Cell[][] = files.map((file) => [
    textCell(`${file.path} (${file.dtype})`),
    scoreOf(file.scores, metric),
    timeCell(file.msPerRow),
    ...wide(timeCell(file.fullMsPerRow)),
    bytesCell(file.bytes),
    ...wide(file.disagreeing === null ? missingCell('not known') : countCell(file.disagreeing)),
  ]);
  if (beside) {
    const name = textCell('whole model, probe on all neurons');
    rows.push([name, scoreOf(full.scores, metric), none, none, bytesCell(full.bytes), none]);
  }
  if ('scores' in fineTuned) {
    const time = timeCell(fineTuned.msPerRow);
    rows.push([textCell('whole model, its own head'), scoreOf(fineTuned.scores, metric), time, none, none, none]);
  }
  const wideTitles = (title: string): string[] => (beside ? [title] : []);
  const titles = [
    ...[scoreTitles[metric], `ms a ${texts[unit]}`, ...wideTitles(`whole model, ms a ${texts[unit]}`), 'bytes'],
    ...wideTitles('unlike the run’s probe'),
  ];
  return { columns: [textColumn('model'), ...numberColumns(...titles)], rows };
}

function scoreOf(scores: ReducedScores | null, metric: ScoreName): Cell {
  return scoreCell(scores?.[metric], metric, 'not known');
}

function timeCell(time: Spread | null): Cell {
  if (time === null) return missingCell('not measured');
  const { median, lower, upper } = time;
  return { value: median, text: `${significant(median)} (${significant(lower)} to ${significant(upper)})` };
}

function bytesCell(bytes: number): Cell {
  return { value: bytes, text: byteSize(bytes) };
}

/** Rows where smaller model and probe on all neurons differ; null where none is known. */
export function differenceTable(
  { measurement: { differences, unit } }: ReducedEntry,
  labels: ReadonlyMap<string, string>,
): { title: string; table: Table } | null {
  if (differences === null || differences.first.length === 0) return null;
  const { rows, first } = differences;
  const cell = (value: string | number): Cell =>
    typeof value === 'number' ? { value, text: significant(value) } : textCell(labels.get(value) ?? value);
  const shown = rows > first.length ? `, the first ${integer(first.length)}` : '';
  return {
    title: `${counted(rows, unit)} where smaller and whole model differ${shown}`,
    table: {
      columns: [...numberColumns(unit), textColumn('label'), textColumn('smaller model'), textColumn('whole model')],
      rows: first.map(({ row, label, reduced, full }) => [countCell(row + 1), cell(label), cell(reduced), cell(full)]),
    },
  };
}
