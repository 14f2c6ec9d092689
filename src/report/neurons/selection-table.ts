/** Every answer of a result as a table. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import { neuronCount, type Analysis } from '../analysis.ts';
import { thresholdText } from '../clusters/words.ts';
import { percent, probabilityText, scoreWithDeviation } from '../format.ts';
import { leftToChooseFrom } from './question.ts';
import { countCell, missingCell, numberColumns, textColumn, type Cell, type Table } from '../table.ts';
import { measuredScore, testInterval } from '../verdict/intervals.ts';
import type { PairedOutcome } from '../verdict/paired.ts';
import { intervalText } from '../verdict/words.ts';
import type { SelectionEntry } from '../../run/run-file.ts';

/** An answer with its test against the oracle; null where the result does not hold it. */
export interface TableAnswer {
  entry: SelectionEntry;
  test: PairedOutcome | null;
}

/** What was asked, what was kept, what it scores and how that stands to the full probe; intervals are of the test part. */
export function selectionTable(
  analysis: Pick<Analysis, 'shape' | 'classes' | 'instances'>,
  answers: readonly TableAnswer[],
  metric: ScoreName,
  split: Split,
): Table {
  const { shape } = analysis;
  const total = shape ? neuronCount(shape) : 0;
  const hasInterval = split === 'test' && metric === measuredScore(analysis) && analysis.instances !== null;
  const hasTests = answers.some(({ test }) => test !== null);
  return {
    columns: [
      ...numberColumns('layers may lose', 'neurons may lose', 'c', 'layers', 'left to choose from', 'kept', 'of all'),
      ...numberColumns('score', ...(hasInterval ? ['95\u202f% interval'] : [])),
      ...(hasTests ? [textColumn('against the full probe, test')] : []),
    ],
    rows: answers.map(({ entry, test }) => {
      const { deltas, threshold, topLayer, minimalSet } = entry;
      const share = minimalSet.size / Math.max(1, total);
      return [
        { value: deltas.layers, text: `${deltas.layers}\u202f%` },
        { value: deltas.neurons, text: `${deltas.neurons}\u202f%` },
        { value: threshold, text: thresholdText(threshold) },
        { value: topLayer, text: topLayer === 0 ? '0' : `0–${topLayer}` },
        countCell(leftToChooseFrom(entry)),
        countCell(minimalSet.size),
        { value: share, text: percent(share) },
        answerScoreCell(entry, metric, split),
        ...(hasInterval ? [intervalCell(entry, analysis)] : []),
        ...(hasTests ? [testCell(test)] : []),
      ];
    }),
  };
}

function answerScoreCell({ minimalSet }: SelectionEntry, metric: ScoreName, split: Split): Cell {
  const score = minimalSet[split][metric];
  if (score?.mean == null) return missingCell('This answer has no such score.');
  return { value: score.mean, text: scoreWithDeviation(score, metric) };
}

function intervalCell({ minimalSet }: SelectionEntry, analysis: Pick<Analysis, 'classes' | 'instances'>): Cell {
  const interval = testInterval(minimalSet, analysis);
  if (interval === null) return missingCell('This answer has no score with an interval.');
  const text = intervalText(interval, measuredScore(analysis));
  return { value: text, text };
}

function testCell(test: PairedOutcome | null): Cell {
  if (test === null) return missingCell('This file does not hold the test.');
  const words = { worse: 'worse', better: 'better', alike: 'not told apart' }[test.kind];
  const text = `${words} (${probabilityText(test.p)})`;
  return { value: text, text };
}
