/**
 * The stage `leave-out`: the model without layers that follow one another, written anew and run over all rows, and a probe
 * trained on its last layer with the run's own options and seeds (protocols.md §10). Nothing of it is kept: a run that is
 * broken off computes it again.
 */
import { extractFew } from '../../activations/extract.ts';
import { perRowOf } from '../../activations/fill.ts';
import { inMemory, part, type Activations } from '../../activations/matrix.ts';
import { selectNeurons } from '../../activations/select.ts';
import type { Progress } from '../../base/abort.ts';
import { bySplit } from '../../data/scores.ts';
import { bestBlocks, type Geometry } from '../../measures/geometry/field.ts';
import { comparedHits, hitRows } from '../../measures/mcnemar/mcnemar.ts';
import type { Shortened, ShortenedModel } from '../../measures/shortened/field.ts';
import type { LayerBlock } from '../../model/architecture.ts';
import { openShortened } from '../../model/encoder.ts';
import { layerProbes, type TrainedLayers } from '../../probe/layer-probes.ts';
import type { ProbeParts } from '../../probe/parts.ts';
import { selectStatistics } from '../../probe/statistics.ts';
import { selectTopLayer, usualDeltas } from '../../redundancy/layer-selector.ts';
import { foundEvent } from '../contract.ts';
import { encodeSource } from '../inputs/encode.ts';
import { SharedEncoder } from '../inputs/extraction.ts';
import type { AnalysisInputs } from '../inputs/inputs.ts';
import type { RowRange } from '../inputs/sources.ts';
import type { Context, PreparedParts } from './context.ts';
import { leftOutLengths } from './left-out-lengths.ts';
import { inShares } from './shares.ts';
import { leaveOut } from './stage-table.ts';

/** The probes on one layer by itself, and what they read. */
interface ProbedLayer {
  parts: ProbeParts;
  trained: TrainedLayers;
  layer: number;
}

/** About, compared with each other. */
const work = { vectors: 4, probe: 1 };

/**
 * @param geometry of the run's layers.
 * @throws WinnowError as the encoder and trainings do.
 */
export async function leaveLayersOut(
  { stages, devices, runOptions }: Context,
  inputs: AnalysisInputs,
  { parts, options, layers: trained }: PreparedParts & { layers: TrainedLayers },
  geometry: Geometry,
): Promise<Shortened> {
  const { layers, hidden, lastLayer } = inputs.modelFacts;
  const lengths = [...leftOutLengths(layers, runOptions.leftOutLengths), ...selectedLength(trained, layers, options)];
  const blocks = bestBlocks(geometry.angularDistance)
    .filter(({ length }) => lengths.includes(length))
    .map(({ first, length }) => ({ length, first, top: layers - length }));
  const found = await stages.run(leaveOut, { rows: parts.train.activations.rows }, async (progress) => {
    const encoded = await encodeAll(inputs);
    const whole = await rightBySeed({ parts, trained, layer: layers });
    const models = blocks.flatMap(({ length, first, top }) => [first, top].map((from) => ({ first: from, length })));
    const shares = inShares(progress, Object.fromEntries(models.map((block) => [keyOf(block), costOf(block)])));
    const measured = async (block: LayerBlock): Promise<ShortenedModel> => {
      const probed = await probedWithout(block, encoded, shares[keyOf(block)]);
      const { train, dev, test, classes } = probed.trained.individual[probed.layer];
      const right = await rightBySeed(probed);
      const seeds = right.map((own, seed) => comparedHits(whole[seed], own));
      return { first: block.first, train, dev, test, ...(classes && { classes }), ...(seeds.length > 0 && { seeds }) };
    };
    const all: Shortened['lengths'] = [];
    for (const { length, first, top } of blocks) {
      const best = await measured({ first, length });
      all.push({ length, best, top: first === top ? null : await measured({ first: top, length }) });
    }
    return { lengths: all };
  });
  stages.report(foundEvent('shortened', found));
  return found;

  /** Without the top layers the last vectors are those of a layer that was extracted, unless they are normalised. */
  function isExtracted({ first, length }: LayerBlock): boolean {
    return first + length === layers && lastLayer !== 'normalised';
  }

  function costOf(block: LayerBlock): number {
    return isExtracted(block) ? 0.01 : layers - block.length;
  }

  async function probedWithout(block: LayerBlock, encoded: EncodedSources, progress: Progress): Promise<ProbedLayer> {
    if (isExtracted(block)) return { parts, trained, layer: block.first };
    const shares = inShares(progress, work);
    const own = await vectorsWithout(block, encoded, shares.vectors);
    const probes = await devices.compute((device) => layerProbes(device, own, options, { progress: shares.probe }));
    return { parts: own, trained: probes, layer: 0 };
  }

  /** One layer, the last, of all three parts. */
  function vectorsWithout(
    block: LayerBlock,
    { model, sources }: EncodedSources,
    progress: Progress,
  ): Promise<ProbeParts> {
    const total = sources.reduce((sum, { rows }) => sum + rows.outputs, 0);
    return devices.use(async ({ backend, threads, gpu }) => {
      const place = { backend, threads, padding: model.tokenizer.padding, ...(gpu && { gpu: gpu.device }) };
      const encoder = new SharedEncoder((perRow) => openShortened(model.model, block, { ...place, perRow }));
      try {
        let before = 0;
        const vectors: Activations[] = [];
        for (const { rows } of sources) {
          const done = before;
          const data = await extractFew(rows, await encoder.open(perRowOf(rows)), {
            progress: (count) => progress(done + count, total),
          });
          vectors.push(inMemory(data, { rows: rows.outputs, layers: 1, hidden }));
          before += rows.outputs;
        }
        const at = ({ source, from, to }: RowRange) =>
          part(vectors[source], sources[source].starts[from], sources[source].starts[to]);
        const own = bySplit((split) => ({ ...parts[split], activations: at(inputs.plan.places[split]) }));
        return { ...parts, ...own };
      } finally {
        await encoder.dispose();
      }
    });
  }

  /** By seed, which test rows the probe gets right; none in a regression. */
  function rightBySeed({ parts: { test }, trained: { standard, individualWeights }, layer }: ProbedLayer) {
    const neurons = Int32Array.from({ length: hidden }, (_, index) => layer * hidden + index);
    const own = { ...test, activations: selectNeurons(test.activations, neurons) };
    return devices.compute(async (device) => {
      const right: Float64Array[] = [];
      if (options.classes === null) return right;
      const statistics = standard && selectStatistics(standard, neurons);
      for (const ofLayers of individualWeights) {
        right.push(await hitRows(device, own, ofLayers[layer], statistics, options));
      }
      return right;
    });
  }
}

function keyOf({ first, length }: LayerBlock): string {
  return `${length} above ${first}`;
}

type EncodedSources = Awaited<ReturnType<typeof encodeAll>>;

async function encodeAll({ vectors, plan }: AnalysisInputs) {
  if (vectors.from !== 'model' || vectors.model.kind !== 'written') throw new Error('there is no graph to be written');
  const { model } = vectors;
  const sources = [];
  for (const { data } of plan.sources) sources.push(await encodeSource(vectors.tokenizer, data, vectors));
  return { model: { model, tokenizer: vectors.tokenizer }, sources };
}

/** How many layers LayerSelector leaves out at the top for the smallest usual loss that leaves out any; some are kept. */
function selectedLength(
  { concatenated }: TrainedLayers,
  layers: number,
  { metric, protocol }: PreparedParts['options'],
): number[] {
  const dev = concatenated.map((stack) => stack.dev[metric]?.mean ?? null);
  const tops = usualDeltas.map((delta) => selectTopLayer(dev, delta, protocol));
  const top = tops.find((layer) => layer < layers);
  return top === undefined || top === 0 ? [] : [layers - top];
}
