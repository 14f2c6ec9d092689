/** The best layer by itself. A layer that says the same of every row is never best, whatever it happens to score. */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import type { LayerScores } from '../../run/run-file.ts';
import type { Analysis } from '../analysis.ts';
import { meanOf } from '../scores.ts';

/** Layers that are one vector in every train row, by their similarities, or whose probe has one answer to every test row. */
export function constantLayers({ cka, layers, metric }: Pick<Analysis, 'cka' | 'layers' | 'metric'>): Set<number> {
  const same = (cka?.biased ?? []).flatMap((row, layer) => (row[layer] === null ? [layer] : []));
  const mute = (layers?.individual ?? []).filter((entry) => metric === 'accuracy' && hasOneAnswer(entry));
  return new Set([...same, ...mute.map(({ layer }) => layer)]);
}

/** By the hits on each label's rows: all of one, none of the others. */
function hasOneAnswer({ classes }: LayerScores): boolean {
  const shares = (classes?.test ?? []).filter((share) => share !== null);
  return (
    shares.length > 1 && shares.every((share) => share === 0 || share === 1) && shares.filter(Boolean).length === 1
  );
}

/** Ties go to the lower layer; null where no layer has that score. */
export function bestLayer(
  individual: readonly LayerScores[],
  split: Split,
  metric: ScoreName,
  constant: ReadonlySet<number>,
): { layer: number; value: number } | null {
  const scored = individual.flatMap((entry) => {
    const value = meanOf(entry, split, metric);
    return value === null || constant.has(entry.layer) ? [] : [{ layer: entry.layer, value }];
  });
  return scored.toSorted((a, b) => b.value - a.value)[0] ?? null;
}
