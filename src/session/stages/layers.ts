/** The stage `probes`: what each layer knows. */
import { layerProbes, type TrainedLayers } from '../../probe/layer-probes.ts';
import type { Context, PreparedParts } from './context.ts';
import { probes } from './stage-table.ts';

export async function scoreLayers(
  { stages, devices }: Context,
  { parts, options }: PreparedParts,
): Promise<TrainedLayers> {
  const layers = await stages.run(probes, { rows: parts.train.activations.rows }, (progress) =>
    devices.compute((device) =>
      layerProbes(device, parts, options, {
        progress,
        seedDone: (done) => stages.report({ kind: 'scores', layers: done }),
      }),
    ),
  );
  if (layers.constantNeurons) {
    stages.warn(
      `${layers.constantNeurons} neurons have one value in every train row (the classification token's embedding, for one) and were left out of the probes.`,
    );
  }
  return layers;
}
