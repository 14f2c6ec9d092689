/** What a config.json of DeBERTa-v2 or v3 says. */
import { sizeLimits, type Activation, type ConfigFields, type ModelSizes } from '../../config-fields.ts';
import type { BlockSizes } from '../../graph/blocks.ts';
import type { DistanceClasses } from '../../graph/distances.ts';
import { readBertSizes } from '../bert.ts';

export interface DebertaConfig extends ModelSizes, BlockSizes {
  /** Width of the embedding tables; projected to `hidden` where it differs. */
  embedding: number;
  /** Segments with a vector of their own; 0 where the embeddings have none. */
  types: number;
  /** Whether positions have vectors of their own beside the words. */
  placed: boolean;
  /** The table of distances has two rows for each. */
  span: number;
  /** Rows of the table of distances, of query − key. */
  rows: DistanceClasses;
  /** Its rows are normalised before they are projected. */
  normalised: boolean;
  /** Distances are projected with the maps of the tokens. */
  shared: boolean;
  /** What enters the scores beside content to content. */
  terms: { contentToPosition: boolean; positionToContent: boolean };
  /** Beside the first layer; null where there is none. */
  convolution: { width: number; groups: number; activation: Activation } | null;
}

export function readDeberta(fields: ConfigFields): DebertaConfig {
  fields.mustBe('relative_attention', true);
  const sizes = readBertSizes(fields, 1e-7);
  const { hidden, heads, positions } = sizes;
  fields.mustBe('attention_head_size', hidden / heads);
  const said = fields.whole('max_relative_positions', -1, sizeLimits.positions, -1);
  const farthest = said < 1 ? positions : said;
  const buckets = fields.whole('position_buckets', -1, sizeLimits.positions, -1);
  const middle = Math.floor(buckets / 2);
  if (buckets > 0 && (middle < 1 || farthest - 1 <= middle)) {
    fields.fail(`has position_buckets ${buckets}, which ${farthest} distances do not fill`);
  }
  const span = buckets > 0 ? buckets : farthest;
  const place =
    buckets > 0 ? (distance: number) => logBucket(distance, middle, farthest) : (distance: number) => distance;
  return {
    ...sizes,
    embedding: fields.count('embedding_size', sizeLimits.hidden, hidden),
    types: fields.whole('type_vocab_size', 0, 1024, 0),
    placed: fields.flag('position_biased_input', true),
    span,
    rows: {
      farthest: Math.min(farthest, positions),
      of: (distance) => Math.max(0, Math.min(2 * span - 1, place(distance) + span)),
    },
    normalised: partsOf(fields, 'norm_rel_ebd').includes('layer_norm'),
    shared: fields.flag('share_att_key', false),
    terms: readTerms(fields),
    convolution: readConvolution(fields, hidden),
  };
}

function readTerms(fields: ConfigFields): DebertaConfig['terms'] {
  const said = fields.raw('pos_att_type');
  const kinds = Array.isArray(said) ? (said as unknown[]) : partsOf(fields, 'pos_att_type');
  const terms = { contentToPosition: kinds.includes('c2p'), positionToContent: kinds.includes('p2c') };
  if (!terms.contentToPosition && !terms.positionToContent) {
    fields.fail('names neither c2p nor p2c in pos_att_type, so its scores do not ask for the distances');
  }
  return terms;
}

function readConvolution(fields: ConfigFields, hidden: number): DebertaConfig['convolution'] {
  const width = fields.whole('conv_kernel_size', 0, 1023, 0);
  if (width === 0) return null;
  if (width % 2 === 0) fields.fail(`has conv_kernel_size ${width}, and one token in the middle takes an odd number`);
  const groups = fields.count('conv_groups', hidden, 1);
  if (hidden % groups !== 0) fields.fail(`has hidden_size ${hidden}, which ${groups} conv_groups do not divide`);
  return { width, groups, activation: fields.activation('conv_act', 'tanh') };
}

/** A text whose parts are set apart by `|`; none where it is not said. */
function partsOf(fields: ConfigFields, field: string): string[] {
  if (!fields.has(field)) return [];
  const parts = fields.text(field).toLowerCase().split('|');
  return parts.map((part) => part.trim());
}

/**
 * Distances up to the middle each have their own place, farther ones share by logarithm, in float32 as
 * `make_log_bucket_position` of transformers.
 */
function logBucket(distance: number, middle: number, farthest: number): number {
  const size = Math.abs(distance);
  if (size <= middle) return distance;
  const { fround, log } = Math;
  const share = fround(fround(log(fround(size / middle))) / fround(log(fround((farthest - 1) / middle))));
  return Math.sign(distance) * (Math.ceil(fround(share * (middle - 1))) + middle);
}
