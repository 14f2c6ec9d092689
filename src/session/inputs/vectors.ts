/** The rows of sources as vectors, wherever these come from. */
import type { Devices } from '../stages/device.ts';
import { extractSources, memoryBytes, type Extracted } from './extraction.ts';
import { takeSources } from './given.ts';
import type { Inputs } from './inputs.ts';
import type { RowSource } from './sources.ts';
import type { Stages } from '../stages/stages.ts';

/** @param limitBytes held in memory beside the browser's storage. @throws WinnowError as `extractSources` and `takeSources`. */
export function vectorsOf(
  inputs: Inputs,
  stages: Stages,
  devices: Devices,
  sources: readonly RowSource[],
  limitBytes = memoryBytes,
): Promise<Extracted> {
  const { vectors } = inputs;
  switch (vectors.from) {
    case 'model':
      return extractSources(vectors, inputs, stages, devices, sources, limitBytes);
    case 'files':
      return takeSources(vectors, inputs, stages, sources, limitBytes);
    default:
      return vectors satisfies never;
  }
}
