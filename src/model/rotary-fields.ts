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
  const places = placesOf(fields, kind, scaled);
  for (const place of [fields, ...places]) place.mustBe('partial_rotary_factor', 1);
  const absent = fields.real(field, 1, 1e12, base);
  const theta = places.find((place) => place.has('rope_theta'))?.real('rope_theta', 1, 1e12);
  return { name, frequencies: rescaled(fields, places, rotaryFrequencies(size, theta ?? absent)) };
}

/**
 * What is said of the layers' positions, what outranks first. As transformers has it: `rope_scaling` stands in place of
 * `rope_parameters`, or where kinds of layers have their own, field by field before those of its kinds.
 */
function placesOf(fields: ConfigFields, kind: RotaryWanted['kind'], scaled: boolean): ConfigFields[] {
  const scaling = scaled ? fields.inner('rope_scaling') : null;
  const all = fields.inner('rope_parameters');
  const own = kind === undefined ? all : (all?.inner(kind) ?? null);
  if (kind !== undefined && scaling?.has('type') === true && !scaling.has('rope_type')) {
    // transformers 4 takes it for the method, 5 passes it over.
    fields.fail(
      'names the method of rope_scaling in "type", which versions of transformers read differently',
      'Name it in "rope_type" of rope_scaling in config.json.',
    );
  }
  return [scaling, kind === undefined && scaling !== null ? null : own].filter((place) => place !== null);
}

function rescaled(fields: ConfigFields, places: readonly ConfigFields[], frequencies: Float32Array): Float32Array {
  const named = ['rope_type', 'type'].flatMap((field) => places.map((place) => place.raw(field)));
  const type = named.find((name) => name != null) ?? 'default';
  const real = (field: string, least: number): number =>
    (places.find((place) => place.has(field)) ?? places[0]).real(field, least, 1e6);
  switch (type) {
    case 'default':
      return frequencies;
    case 'linear': {
      const factor = real('factor', 1);
      return frequencies.map((frequency) => frequency / factor);
    }
    case 'llama3':
      return stretched(frequencies, {
        factor: real('factor', 1),
        low: real('low_freq_factor', 1e-6),
        high: real('high_freq_factor', 1e-6),
        trained: trainedLength(fields, places),
      });
    default:
      return fields.fail(
        `scales its rotary positions by the method ${JSON.stringify(type)}, and Winnow computes default, linear and llama3`,
        throughOnnx,
      );
  }
}

/** In tokens: the model's own field before that of the positions, as transformers has it, else its longest input. */
function trainedLength(fields: ConfigFields, places: readonly ConfigFields[]): number {
  const field = 'original_max_position_embeddings';
  const place = [fields, ...places].find((one) => one.has(field));
  return place ? place.count(field, 1e9) : fields.count('max_position_embeddings', 1e9);
}
