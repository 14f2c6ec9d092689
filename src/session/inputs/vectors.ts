/** The rows of sources as vectors, wherever these come from. */
import type { Devices } from '../stages/device.ts';
import { extractSources } from './extraction.ts';
import type { ExtractedSource, Extraction } from './stores.ts';
import { takeSources } from './vector-files.ts';

/** @throws WinnowError as `extractSources` and `takeSources`. */
export function vectorsOf(extraction: Extraction, devices: Devices): Promise<ExtractedSource[]> {
  const { vectors } = extraction.inputs;
  switch (vectors.from) {
    case 'model':
      return extractSources(vectors, extraction, devices);
    case 'files':
      return takeSources(vectors, extraction);
    default:
      return vectors satisfies never;
  }
}
