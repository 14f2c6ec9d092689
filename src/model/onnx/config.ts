/**
 * What `config.json` says of an exported model, of whatever architecture: its sizes, under each of the names that
 * transformers gives them, and how positions are counted. The arithmetic itself is in the export.
 */
import { WinnowError } from '../../base/errors.ts';
import { parseJsonObject } from '../../format/json.ts';
import { modelTypes } from '../architectures/list.ts';
import { ConfigFields, layerFields, sizeLimits, type ModelSizes } from '../config-fields.ts';

export interface ExportConfig extends ModelSizes {
  architecture: string;
  /** The number of a row's first position. */
  firstPosition: number;
  /** Segments with a vector of their own; null where the config does not say. */
  types: number | null;
  /** The id that fills a row up. */
  padding: number;
  /** A token knows only the tokens before it; the mask for that is in the export. */
  causal: boolean;
}

const sameExport = 'Use the config.json that was exported together with the model.';
/** Where there is no table of positions; attention takes memory with the square of the length. */
const anyLength = 1024;

/** @throws WinnowError `bad-model` naming the field that is missing or wrong, `bad-file` when it is no JSON object. */
export function parseExportConfig(text: string, name: string): ExportConfig {
  const fields = new ConfigFields(parseJsonObject(text, `\`${name}\``, sameExport), name, sameExport);
  const type = fields.raw('model_type');
  const architecture = typeof type === 'string' ? type : 'encoder';
  const facts = modelTypes.get(architecture);
  checkEncoder(fields, architecture, facts?.decoder ?? false, name);
  const vocabulary = fields.size('vocabulary', 'vocab_size');
  const padding = fields.whole('pad_token_id', 0, vocabulary - 1, 0);
  const firstPosition = facts?.firstPosition?.(padding) ?? 0;
  const rows = fields.count('max_position_embeddings', sizeLimits.positions, anyLength);
  if (rows <= firstPosition) {
    fields.fail(`has max_position_embeddings ${rows}, which leaves no position for a token`);
  }
  const layers = fields.size('layers', ...layerFields);
  const hidden = fields.size('hidden', 'hidden_size', 'dim', 'd_model', 'emb_dim');
  return {
    architecture,
    layers,
    hidden,
    heads: fields.size('heads', 'num_attention_heads', 'n_heads', 'n_head'),
    intermediate:
      facts?.intermediate?.(hidden) ??
      fields.size('intermediate', 'intermediate_size', 'hidden_dim', 'd_inner', 'd_ff'),
    vocabulary,
    positions: rows - firstPosition,
    firstPosition,
    types: fields.has('type_vocab_size') ? fields.whole('type_vocab_size', 0, 1024) : null,
    padding,
    causal: fields.raw('is_decoder') === true,
  };
}

/** What writes texts is refused; an encoder's layers with a causal mask are not. */
function checkEncoder(fields: ConfigFields, architecture: string, decoder: boolean, name: string): void {
  const heads = fields.raw('architectures');
  const writes = Array.isArray(heads) && heads.some((head) => typeof head === 'string' && head.endsWith('ForCausalLM'));
  const both = fields.raw('is_encoder_decoder') === true;
  if (!both && !writes && !decoder) return;
  const what = both ? 'an encoder with a decoder' : 'a decoder';
  const message = `\`${name}\` describes ${what} ("${architecture}"), and Winnow reads encoders only.`;
  throw new WinnowError('bad-model', message, 'Choose an encoder, such as BERT, RoBERTa or DeBERTa.');
}
