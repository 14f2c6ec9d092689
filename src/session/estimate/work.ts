/** How many floating-point operations each stage takes, counted from the model's shape: what estimates are made of. */
import type { RunOptions } from '../contract.ts';

export interface WorkShape {
  /** Transformer layers; the embeddings are one more. */
  layers: number;
  hidden: number;
  intermediate: number;
  /** Classes, or 1 for regression. */
  outputs: number;
}

/** By stage: `encoder` is extraction. */
export interface Work {
  encoder: number;
  probes: number;
  similarity: number;
  clusters: number;
  selection: number;
  questions: number;
}

export const workNames = ['encoder', 'probes', 'similarity', 'clusters', 'selection', 'questions'] as const;

/** What is asked for, as far as work depends on it. */
export type Asked = Pick<
  RunOptions,
  'protocol' | 'seeds' | 'epochs' | 'thresholds' | 'deltas' | 'sweep' | 'maxFeatures'
>;

/** The linkage of all neurons takes about as long as the correlation of so many rows. */
const linkageRows = 300;
/** Shares of all neurons: read by the sweep's probes together, and by the probes that one answer retrains. */
const sweepWidth = 4;
const answerWidth = 0.5;
/** The "max features" run tries a finer grid. */
const finestWidth = 2;
/** Sizes of the ablation curve, each for the top, the bottom and random neurons. */
const ablations = 3 * 26;

/**
 * Operations of a run (a multiplication and an addition are two).
 * @param tokens mean tokens a row; `rows.extracted` rows go through the encoder, `rows.analysed` through the rest.
 */
export function countWork(
  shape: WorkShape,
  tokens: number,
  rows: { extracted: number; analysed: number },
  asked: Asked,
): Work {
  const { layers, hidden, intermediate, outputs } = shape;
  const perToken = layers * (8 * hidden * hidden + 4 * hidden * intermediate + 4 * tokens * hidden);
  const width = (layers + 1) * hidden;
  const answers = asked.deltas.length * asked.thresholds.length;
  const selected = answers * answerWidth + (asked.maxFeatures ? finestWidth : 0);
  const { correlation, linkage, sweep } = clusterWork(width, outputs, rows.analysed, asked);
  const { selectivity, ablation } = questionWork(shape, rows.analysed, asked);
  return {
    encoder: rows.extracted * tokens * perToken,
    probes: layerProbeWork(shape, rows.analysed, asked),
    similarity: rows.analysed * width * width,
    clusters: correlation + linkage + sweep,
    selection: trainingWork(selected * width * outputs, rows.analysed, asked),
    questions: asked.protocol === 'refined' ? selectivity + ablation : 0,
  };
}

/** The parts of the stage `clusters`. @param width all neurons. */
export function clusterWork(
  width: number,
  outputs: number,
  rows: number,
  asked: Asked,
): Record<'correlation' | 'linkage' | 'sweep', number> {
  const row = width * width;
  const sweep = asked.sweep ? trainingWork(sweepWidth * width * outputs, rows, asked) : 0;
  return { correlation: rows * row, linkage: linkageRows * row, sweep };
}

/** The parts of the stage `questions`; the comparison with the oracle reads few neurons. */
export function questionWork(
  shape: Pick<WorkShape, 'layers' | 'hidden' | 'outputs'>,
  rows: number,
  asked: Pick<Asked, 'seeds' | 'epochs'>,
): Record<'selectivity' | 'ablation' | 'comparison', number> {
  const { layers, hidden, outputs } = shape;
  const oracle = 2 * rows * (layers + 1) * hidden * outputs * asked.seeds;
  return { selectivity: layerProbeWork(shape, rows, asked), ablation: ablations * oracle, comparison: oracle };
}

/** Layer l serves its own probe and every concatenated one from l on. */
function layerProbeWork(
  { layers, hidden, outputs }: Pick<WorkShape, 'layers' | 'hidden' | 'outputs'>,
  rows: number,
  asked: Pick<Asked, 'seeds' | 'epochs'>,
): number {
  return trainingWork(hidden * outputs * (layers + 1) * (layers + 4) * 0.5, rows, asked);
}

/** Forward and backward take 2 operations a weight and row each; scoring is one epoch more. */
function trainingWork(weights: number, rows: number, { seeds, epochs }: Pick<Asked, 'seeds' | 'epochs'>): number {
  return rows * weights * 4 * (epochs + 1) * seeds;
}
