/** Qwen 2 (Yang et al. 2024) and Qwen 3 (Yang et al. 2025): Llama with biases, and with normalised heads of a size of their own. */
import type { ConfigFields } from '../config-fields.ts';
import { llamaShaped, type LlamaConfig } from '../graph/llama-shaped.ts';
import { onlyEarlier } from '../graph/windows.ts';
import { decoderHeads, llamaNames, llamaShape, normedHeads, readLlama } from './llama.ts';

export const qwen2 = llamaShaped({
  ...llamaShape,
  types: ['qwen2'],
  heads: decoderHeads('Qwen2'),
  read(fields) {
    const config = readQwen(fields);
    return { ...config, biases: { ...config.biases, projections: true } };
  },
});

export const qwen3 = llamaShaped({
  ...llamaShape,
  types: ['qwen3'],
  heads: decoderHeads('Qwen3'),
  read(fields) {
    const config = readQwen(fields, 128);
    const projections = fields.flag('attention_bias', false);
    return { ...config, biases: { ...config.biases, projections, output: projections } };
  },
  names: { ...llamaShape.names, layer: (layer) => ({ ...llamaNames(layer), headNorms: normedHeads(layer) }) },
});

/** The layers from `max_window_layers` on may see only so many tokens back. */
function readQwen(fields: ConfigFields, headSize?: number): LlamaConfig {
  const config = readLlama(fields, { epsilon: 1e-6, window: onlyEarlier, headSize });
  const { layers } = config;
  const slides = fields.flag('use_sliding_window', false);
  const kinds = fields.byLayer('layer_types', layers, ['full_attention', 'sliding_attention']);
  const from = fields.whole('max_window_layers', 0, 1_000_000, 28);
  const hasWindow = slides && fields.raw('sliding_window') !== null;
  if (!hasWindow && kinds?.includes('sliding_attention') === true) {
    fields.fail(
      'has sliding_attention in layer_types, and no window: use_sliding_window is not true or sliding_window null',
    );
  }
  const isSliding = (layer: number) => (kinds ? kinds[layer] === 'sliding_attention' : hasWindow && layer >= from);
  if (!config.attention.some((_, layer) => isSliding(layer))) return config;
  const before = fields.count('sliding_window', 2 ** 31 - 1, 4096) - 1;
  const attention = config.attention.map((own, layer) =>
    isSliding(layer) ? { ...own, window: { before, after: 0 } } : own,
  );
  return { ...config, attention };
}
