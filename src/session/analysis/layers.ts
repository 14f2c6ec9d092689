/** The stages `probes` and `similarity`: what each layer knows, and which layers say the same. */
import { layerProbes, type TrainedLayers } from '../../probe/layer-probes.ts';
import { cka } from '../../redundancy/cka.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { Context, Prepared } from './context.ts';

export async function scoreLayers({ stages, devices }: Context, { parts, options }: Prepared): Promise<TrainedLayers> {
  const layers = await stages.run('probes', 'batches', parts.train.activations.rows, (progress) =>
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

export async function compareLayers({ stages, devices }: Context, { parts }: Prepared): Promise<RunFile['cka']> {
  const { activations } = parts.train;
  const similarity = await stages.run('similarity', 'rows', activations.rows, (progress) =>
    devices.compute((device) => cka(device, activations, { progress })),
  );
  stages.report({ kind: 'similarity', cka: similarity });
  return similarity;
}
