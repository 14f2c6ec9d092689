/**
 * Whether a model that Winnow writes fits into WebAssembly, whose memory ends at 4 GiB: weights are float32 there, whatever
 * the file holds.
 */
import { WinnowError } from '../base/errors.ts';
import { architectureOf } from './architectures/list.ts';
import type { ModelConfig } from './config.ts';

/**
 * What is left of it for weights, since the runtime holds some of them twice while it opens a graph. Measured
 * (test/reference/browser/long/large-model): 2.54 GiB open, 3.19 do not.
 */
const roomBytes = 2.6 * 2 ** 30;

/** Of the weights of so many layers, in float32. */
export function float32Bytes(config: ModelConfig, layers: number): number {
  const shapes = architectureOf(config).shapes({ ...config, layers });
  let numbers = 0;
  for (const shape of shapes.values()) numbers += shape.reduce((product, size) => product * size, 1);
  return numbers * Float32Array.BYTES_PER_ELEMENT;
}

/** The refusal, with what would fit; null where so many layers do. */
export function beyondWasm(config: ModelConfig, layers: number): WinnowError | null {
  const bytes = float32Bytes(config, layers);
  if (bytes <= roomBytes) return null;
  const fits = Array.from({ length: layers }, (_, count) => count).filter(
    (count) => float32Bytes(config, count) <= roomBytes,
  );
  const gib = (bytes / 2 ** 30).toFixed(1);
  const room = (roomBytes / 2 ** 30).toFixed(2);
  const upTo = fits.length === 0 ? 'not even its embeddings fit' : `up to layer ${fits.at(-1)} it would fit`;
  const message = `The weights of ${layers} layers are ${gib} GiB in float32, and WebAssembly has room for ${room} GiB of them: ${upTo}.`;
  return new WinnowError('out-of-memory', message, 'Use a browser with WebGPU on a graphics card, or a smaller model.');
}
