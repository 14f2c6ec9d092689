/** Results beside each other: a row a result, what they differ in, scores, differences to a base, and the answers of their headlines. */
import { neuronCount } from '../report/analysis.ts';
import {
  differenceText,
  isShare,
  percent,
  probabilityText,
  scoreTitles,
  scoreWithDeviation,
} from '../report/format.ts';
import { meanOf } from '../report/scores.ts';
import {
  countCell,
  missingCell,
  numberColumn,
  scoreCell,
  textCell,
  textColumn,
  type Cell,
  type Table,
} from '../report/table.ts';
import { testInterval, measuredScore, type Interval } from '../report/verdict/intervals.ts';
import { intervalText } from '../report/verdict/words.ts';
import { layersOf } from '../report/neurons/computed-answers.ts';
import { baseOf, differenceTo, type Difference } from './difference.ts';
import { headlineEntry } from './overlap.ts';
import type { ComparedRun } from './run.ts';
import { leadingSettings, settingsAmong, type ComparedSettings } from './settings.ts';

export interface ComparisonTable {
  table: Table;
  /** [results, columns]: a setting that is not the base's. */
  differs: boolean[][];
  differences: (Difference | null)[];
  settings: ComparedSettings;
}

/** @param base one of the results. */
export function comparisonTable(runs: readonly ComparedRun[], base: ComparedRun): ComparisonTable {
  const settings = settingsAmong(runs);
  const own = settings.values[runs.indexOf(base)];
  const differences = runs.map((run) => {
    const other = baseOf(run, runs, base);
    return other && differenceTo(run, other);
  });
  // What the results are and what they reach stands first, what else they differ in behind it.
  const isLeading = settings.differing.map((title) => leadingSettings.includes(title));
  const leading = <T>(cells: readonly T[]): T[] => cells.filter((_, place) => isLeading[place]);
  const others = <T>(cells: readonly T[]): T[] => cells.filter((_, place) => !isLeading[place]);
  const columns = [
    textColumn('result'),
    ...leading(settings.differing).map(textColumn),
    numberColumn('test score'),
    textColumn('95 % interval'),
    numberColumn('difference'),
    textColumn('its 95 % interval'),
    textColumn('against'),
    textColumn('test'),
    ...['highest layer', 'neurons kept', 'removed', 'their score'].map(numberColumn),
    ...others(settings.differing).map(textColumn),
  ];
  const settingCell = (text: string | null): Cell =>
    text === null ? missingCell('The file does not say.') : textCell(text);
  const rows = runs.map((run, place) => [
    textCell(run.title),
    ...leading(settings.values[place]).map(settingCell),
    ...scoreCells(run),
    ...differenceCells(differences[place], run),
    ...answerCells(run),
    ...others(settings.values[place]).map(settingCell),
  ]);
  const rest = new Array<boolean>(columns.length - 1 - settings.differing.length).fill(false);
  const differs = settings.values.map((texts) => {
    const isOther = texts.map((text, column) => text !== own[column]);
    return [false, ...leading(isOther), ...rest, ...others(isOther)];
  });
  return { table: { columns, rows }, differs, differences, settings };
}

function scoreCells({ analysis }: ComparedRun): Cell[] {
  const { metric, oracle } = analysis;
  const value = meanOf(oracle, 'test', metric);
  const text = `${scoreWithDeviation(oracle.test[metric], metric)} ${scoreTitles[metric]}`;
  const score = value === null ? missingCell('The score is not defined.') : { value, text };
  const interval = metric === measuredScore(analysis) ? testInterval(oracle, analysis) : null;
  return [score, interval ? rangeCell(interval, analysis.classes) : missingCell('This score has no interval.')];
}

function rangeCell(interval: Interval, classes: number | null): Cell {
  return textCell(intervalText(interval, measuredScore({ classes })));
}

function differenceCells(difference: Difference | null, { analysis }: ComparedRun): Cell[] {
  const none = missingCell('There is no other result of this task to hold it against.');
  if (difference === null) return [none, none, none, none];
  const { base, score, mean, interval, test, unpaired } = difference;
  const points = isShare(score) ? ' points' : '';
  const named = score === analysis.metric ? points : `${points} ${scoreTitles[score]}`;
  const range = interval && `${differenceText(interval.low, score)} to ${differenceText(interval.high, score)}`;
  return [
    { value: mean, text: `${differenceText(mean, score)}${named}` },
    range === null ? missingCell('A file lacks the number of rows.') : textCell(range),
    textCell(base.title),
    textCell(test === null ? `not paired: ${unpaired}` : testText(test)),
  ];
}

/** "worse, p = 0.012 (McNemar, row by row)" */
function testText({ kind, p }: NonNullable<Difference['test']>): string {
  const words = { worse: 'worse', better: 'better', alike: 'not told apart' }[kind];
  return `${words}, ${probabilityText(p)} (McNemar, row by row)`;
}

function answerCells({ analysis }: ComparedRun): Cell[] {
  const entry = headlineEntry(analysis);
  const none = missingCell('No smaller answer of this result can be relied on.');
  if (entry === null || analysis.shape === null) return [none, none, none, none];
  const { metric, shape } = analysis;
  const { size } = entry.minimalSet;
  const removed = 1 - size / neuronCount(shape);
  const layer = layersOf(entry, shape.hidden).at(-1);
  return [
    layer === undefined ? none : countCell(layer),
    countCell(size),
    { value: removed, text: percent(removed) },
    scoreCell(meanOf(entry.minimalSet, 'test', metric), metric, 'The score is not defined.'),
  ];
}
