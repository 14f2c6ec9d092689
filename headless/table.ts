/** The result of a run as text for a terminal: the same numbers as run.json, per cent with one decimal. */
import { computedAnswers, type ComputedAnswer } from '../src/report/neurons/computed-answers.ts';
import { choicesOf } from '../src/report/choices.ts';
import { analysisOfRun, runSubject } from '../src/report/analysis.ts';
import { measuredScore, testInterval } from '../src/report/verdict/intervals.ts';
import { unspaced } from '../src/report/format.ts';
import { plainText, verdictOf } from '../src/report/verdict/verdict.ts';
import { intervalText } from '../src/report/verdict/words.ts';
import { leftOutText } from '../src/measures/reports.ts';
import { noClustering } from '../src/data/question.ts';
import { quickLookWords } from '../src/report/quick-look.ts';
import type { RunFile, Score, SplitScores } from '../src/run/run-file.ts';

/**
 * Rows: every layer and the oracle; columns: single and concatenated probe on dev and test. Below, where neurons were
 * selected, a line for each selection.
 */
export function resultTable(run: RunFile): string {
  const { model, data, metric, protocol, options } = run;
  const quick = quickLookWords(run);
  const lacking = leftOutText(options.leftOut ?? []);
  const heading = [
    `${model.name} (${model.architecture}, ${model.layers} layers of ${model.hidden}) on ${data.task}`,
    `${metric} in per cent, ${protocol} protocol, ${options.seeds.length} ${options.seeds.length === 1 ? 'seed' : 'seeds'}`,
    ...(quick === null ? [] : [`${quick} Run again without --quick, with the same --cache, for all rows.`]),
    ...choicesOf(run).map(([subject, text]) => `${subject}: ${unspaced(text)}`),
    `rows: ${data.instances.train} train, ${data.instances.dev} dev, ${data.instances.test} test`,
    ...(lacking === null ? [] : [lacking]),
  ];
  const cells = (scores: SplitScores | undefined) => [percent(scores?.dev[metric]), percent(scores?.test[metric])];
  const rows = run.layers.individual.map((single, index) => [
    single.layer === 0 ? 'embeddings' : `layer ${single.layer}`,
    ...cells(single),
    ...cells(run.layers.concatenated[index]),
  ]);
  const columns = ['', 'single dev', 'test', 'up to here: dev', 'test'];
  const table = [columns, ...rows, ['all (oracle)', '', '', ...cells(run.oracle)]];
  const lines = [...heading, '', ...align(table), ...selectionLines(run), '', ...verdictLines(run)];
  return lines.join('\n');
}

/** The verdict's sentence first, its small print and what else holds below. */
function verdictLines(run: RunFile): string[] {
  const { kind, phrases, basis, reasons } = verdictOf(analysisOfRun(run), runSubject(run));
  return [
    `Verdict: ${kind.replaceAll('-', ' ')}`,
    plainText(phrases),
    ...[basis, ...reasons].map((text) => `  ${unspaced(text)}`),
  ];
}

/** What layer selection, clusters and ranking keep of all neurons. */
function selectionLines(run: RunFile): string[] {
  const { model, metric } = run;
  const all = (model.layers + 1) * model.hidden;
  const analysis = analysisOfRun(run);
  const answers = computedAnswers(analysis);
  if (answers.length === 0) return [];
  const score = measuredScore(analysis);
  // An interval is right of accuracy and of Pearson's correlation only.
  const hasIntervals = metric === score;
  const rows = answers.map(({ question, entry, test, scores }: ComputedAnswer): string[] => {
    const { deltas, threshold, topLayer, representatives, minimalSet } = entry;
    const interval = testInterval(scores, analysis);
    return [
      question === 'max features' ? question : `${deltas.layers}:${deltas.neurons}`,
      threshold === noClustering ? 'none' : String(threshold),
      topLayer === 0 ? '0' : `0–${topLayer}`,
      String((topLayer + 1) * model.hidden),
      String(representatives?.length ?? '–'),
      String(minimalSet.size),
      `${((100 * minimalSet.size) / all).toFixed(1)} %`,
      percent(minimalSet.dev[metric]),
      percent(minimalSet.test[metric]),
      ...(hasIntervals ? [interval === null ? '–' : unspaced(intervalText(interval, score))] : []),
      test === null ? '–' : { worse: 'worse', better: 'better', alike: 'not told apart' }[test.kind],
    ];
  });
  const columns = [
    'deltas',
    'clustering',
    'layers',
    'neurons',
    'clusters',
    'kept',
    `of ${all}`,
    'dev',
    'test',
    ...(hasIntervals ? ['95 % interval'] : []),
    'full probe',
  ];
  return ['', ...align([columns, ...rows])];
}

function percent(score: Score | undefined): string {
  if (score?.mean == null) return '–';
  const deviation =
    score.seeds.length > 1 && score.deviation !== null ? ` ± ${(score.deviation * 100).toFixed(1)}` : '';
  return `${(score.mean * 100).toFixed(1)}${deviation}`;
}

/** The first column to the left, the others to the right. */
export function align(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return rows.map((row) => row.map(padded).join('   ').trimEnd());
}
