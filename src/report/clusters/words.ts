/** What clusters say, in sentences made from their numbers. */
import { noClustering, type Question } from '../../data/question.ts';
import type { ClusterView } from './view.ts';
import { counted, integer, layerRange, percent } from '../format.ts';

/** "at c = 0.35", "without clustering". */
export function thresholdWords({ threshold }: Pick<Question, 'threshold'>): string {
  return threshold === noClustering ? 'without clustering' : `at c = ${thresholdText(threshold)}`;
}

export function thresholdText(threshold: number): string {
  return threshold === noClustering ? 'none' : String(Number(threshold.toFixed(4)));
}

/** Which neurons say the same at this threshold. */
export function clustersFinding(view: ClusterView): string {
  const total = view.labels.length;
  const members = total - (view.sizes[0] ?? 0);
  const wide = view.windows.filter(({ window }) => window > 1).reduce((sum, { clusters }) => sum + clusters, 0);
  const several = view.sizes.reduce((sum, size, label) => sum + (label > 0 && size > 1 ? 1 : 0), 0);
  const aside =
    view.constantNeurons > 0
      ? ` ${counted(view.constantNeurons, 'neuron')} ${view.constantNeurons === 1 ? 'has' : 'have'} one value in every row.`
      : '';
  if (view.threshold === noClustering)
    return `Without clustering all ${integer(members)} neurons stand for themselves.${aside}`;
  const where = view.layers > 0 && total > 0 ? ` in ${layerRange(view.layers - 1)}` : '';
  const share = total > 0 ? ` (${percent(view.clusters / total)} remain)` : '';
  const span =
    several > 0
      ? ` ${integer(several)} of them hold more than one neuron, ${integer(wide)} span more than one layer.`
      : '';
  return `At c = ${thresholdText(view.threshold)} the ${integer(total)} neurons${where} form ${counted(view.clusters, 'cluster')}${share}.${span}${aside}`;
}
