/** What a config.json says of rotary positions, in the words of transformers 5 and of those before it. */
import { throughOnnx, type ConfigFields } from './config-fields.ts';
import { rotaryFrequencies, stretched, type Rotary } from './graph/rotary.ts';

export interface RotaryWanted {
  /** Of the graph's inputs. */
  name: string;
  /** Of a head. */
  size: number;
  /** The base where no field says it. */
  base: number;
  /** Its key in `rope_parameters`, where kinds of layers have their own. */
  kind?: 'full_attention' | 'sliding_attention';
  /** The field of before transformers 5. */
  field?: string;
  /** Whether `rope_scaling` of before transformers 5 is of these layers. */
  scaled?: boolean;
}

/** @throws WinnowError `bad-model` for positions that are scaled in another way than by a factor or as Llama 3's. */
export function readRotary(
  fields: ConfigFields,
  { name, size, base, kind, field = 'rope_theta', scaled = true }: RotaryWanted,
): Rotary {
  if (size % 2 !== 0) fields.fail(`has heads of ${size} numbers, which rotary positions cannot pair`);
  const all = fields.inner('rope_parameters');
  const said = (kind === undefined ? all : all?.inner(kind)) ?? null;
  const scaling = said ?? (scaled ? fields.inner('rope_scaling') : null);
  for (const place of [fields, scaling]) place?.mustBe('partial_rotary_factor', 1);
  const absent = fields.real(field, 1, 1e12, base);
  const frequencies = rotaryFrequencies(size, said?.real('rope_theta', 1, 1e12, absent) ?? absent);
  return { name, frequencies: scaling === null ? frequencies : rescaled(fields, scaling, frequencies) };
}

function rescaled(fields: ConfigFields, scaling: ConfigFields, frequencies: Float32Array): Float32Array {
  const type = scaling.raw('rope_type') ?? scaling.raw('type') ?? 'default';
  switch (type) {
    case 'default':
      return frequencies;
    case 'linear': {
      const factor = scaling.real('factor', 1, 1e6);
      return frequencies.map((frequency) => frequency / factor);
    }
    case 'llama3':
      return stretched(frequencies, {
        factor: scaling.real('factor', 1, 1e6),
        low: scaling.real('low_freq_factor', 1e-6, 1e6),
        high: scaling.real('high_freq_factor', 1e-6, 1e6),
        trained: scaling.count('original_max_position_embeddings', 1e9),
      });
    default:
      return fields.fail(
        `scales its rotary positions by the method ${JSON.stringify(type)}, and Winnow computes default, linear and llama3`,
        throughOnnx,
      );
  }
}
