/** Neurons that dominate a layer: they carry most of how alike its vectors point, and may be most of what CKA compares. */
import type { Geometry } from '../measures/geometry/field.ts';
import type { Analysis } from './analysis.ts';
import { counted, layerList, listed, percent } from './format.ts';

/** The fewest neurons of a layer that make at least half of its anisotropy. */
export interface Outliers {
  layer: number;
  /** In the layer. */
  neurons: number[];
  /** What they make of the anisotropy, of the variance, and how much of the layer is in clusters with them; shares. */
  part: number;
  variance: number;
  /** null where no neurons were clustered. */
  clustered: number | null;
}

/** Below this mean cosine vectors do not point alike. */
const leastMean = 0.1;
/** What dominates has at least this share. */
const dominant = 0.5;

/** Of every layer that varies and has them. */
export function outliersOf({ anisotropy }: Geometry, analysis: Pick<Analysis, 'clustering' | 'shape'>): Outliers[] {
  return anisotropy.flatMap((own, layer) => {
    if (!pointsAlike(own)) return [];
    const { mean, neurons } = own;
    let part = 0;
    const count = neurons.findIndex((neuron) => (part += neuron.part) >= dominant * mean) + 1;
    if (count === 0) return [];
    const some = neurons.slice(0, count);
    const variance = some.reduce((sum, neuron) => sum + (neuron.variance ?? 0), 0);
    const indices = some.map(({ index }) => index);
    return [
      { layer, neurons: indices, part: part / mean, variance, clustered: clusteredWith(indices, layer, analysis) },
    ];
  });
}

/** Whether the vectors of a layer vary, and yet point alike. */
function pointsAlike(own: Geometry['anisotropy'][number]): own is Geometry['anisotropy'][number] & { mean: number } {
  return own.mean !== null && own.mean >= leastMean && own.neurons.every(({ variance }) => variance !== null);
}

/** Share of the layer's neurons in clusters that one of these is in, at the lowest threshold at which any were made. */
function clusteredWith(
  indices: readonly number[],
  layer: number,
  { clustering, shape }: Pick<Analysis, 'clustering' | 'shape'>,
): number | null {
  const labels = clustering
    .filter(({ threshold }) => threshold > 0)
    .toSorted((a, b) => a.threshold - b.threshold)[0]?.labels;
  if (!labels || !shape) return null;
  const own = labels.slice(layer * shape.hidden, (layer + 1) * shape.hidden);
  // 0: a constant neuron, which is in none.
  const shared = new Set(indices.map((index) => own[index]).filter((label) => label !== 0));
  return own.filter((label) => shared.has(label)).length / shape.hidden;
}

/** Who dominates, and what follows for CKA and for clusters. */
export function outlierFinding({ anisotropy }: Geometry, outliers: readonly Outliers[]): string {
  const alike = anisotropy.flatMap((own, layer) => (pointsAlike(own) ? [layer] : []));
  if (alike.length === 0) return '';
  if (outliers.length === 0) return `No few neurons carry half of how alike the vectors of ${layerList(alike)} point.`;
  const most = outliers.reduce((best, one) => (one.part > best.part ? one : best));
  const names = `${most.neurons.length === 1 ? 'neuron' : 'neurons'} ${listed(most.neurons.map(String))}`;
  const fewest = Math.max(...outliers.map(({ neurons }) => neurons.length));
  const where = `In ${layerList(outliers.map(({ layer }) => layer))} at most ${counted(fewest, 'neuron')} a layer ${fewest === 1 ? 'makes' : 'make'} half or more of how alike the vectors point, most of all ${names} of layer ${most.layer} (${percent(most.part)}).`;
  const inCka = outliers.filter(({ variance }) => variance >= dominant).map(({ layer }) => layer);
  const inClusters = outliers.filter(({ clustered }) => clustered !== null && clustered >= dominant);
  const cka =
    inCka.length === 0
      ? 'None of them has half of a layer’s variance, so they do not dominate CKA.'
      : `They have half or more of the variance of ${layerList(inCka)}: CKA compares little else there.`;
  const clusters =
    inClusters.length === 0
      ? ''
      : ` Their clusters hold half or more of ${layerList(inClusters.map(({ layer }) => layer))}.`;
  return `${where} ${cka}${clusters}`;
}
