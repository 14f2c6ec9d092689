/** Every selection of a result as a table. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import type { Shape } from '../../measures/field.ts';
import { neuronCount } from '../analysis.ts';
import { thresholdText } from '../clusters/words.ts';
import { percent } from '../format.ts';
import { leftToChooseFrom } from './question.ts';
import { countCell, numberColumns, scoreCell, type Table } from '../table.ts';
import type { SelectionEntry } from '../../run/run-file.ts';

/** Every selection of a result: what was asked, what was enough, what it scores. */
export function selectionTable(
  shape: Shape | null,
  entries: readonly SelectionEntry[],
  metric: ScoreName,
  split: Split,
): Table {
  const total = shape ? neuronCount(shape) : 0;
  return {
    columns: numberColumns(
      ...['layers may lose', 'neurons may lose', 'c', 'layers', 'left to choose from', 'enough', 'of all', 'score'],
    ),
    rows: entries.map((entry) => {
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
        scoreCell(minimalSet[split][metric]?.mean, metric, 'This selection has no such score.'),
      ];
    }),
  };
}
