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
  checkEncoder(fields, architecture, name);
  const vocabulary = fields.size('vocabulary', 'vocab_size');
  const padding = fields.whole('pad_token_id', 0, vocabulary - 1, 0);
  const firstPosition = facts?.firstPosition?.(padding) ?? 0;
  const place = fields.has('n_positions') ? 'n_positions' : 'max_position_embeddings';
  const rows = fields.count(place, sizeLimits.positions, anyLength);
  if (rows <= firstPosition) {
    fields.fail(`has ${place} ${rows}, which leaves no position for a token`);
  }
  const layers = fields.size('layers', ...layerFields);
  const hidden = fields.size('hidden', 'hidden_size', 'dim', 'd_model', 'emb_dim', 'n_embd');
  return {
    architecture,
    layers,
    hidden,
    heads: fields.size('heads', 'num_attention_heads', 'n_heads', 'n_head'),
    intermediate: fields.has('n_inner')
      ? fields.size('intermediate', 'n_inner')
      : (facts?.intermediate?.(hidden) ??
        fields.size('intermediate', 'intermediate_size', 'hidden_dim', 'd_inner', 'd_ff')),
    vocabulary,
    positions: rows - firstPosition,
    firstPosition,
    types: fields.has('type_vocab_size') ? fields.whole('type_vocab_size', 0, 1024) : null,
    padding,
    causal: fields.raw('is_decoder') === true || facts?.decoder === true || writesTexts(fields),
  };
}

/** A class that writes texts has the mask of a decoder. */
function writesTexts(fields: ConfigFields): boolean {
  const heads = fields.raw('architectures');
  return Array.isArray(heads) && heads.some((head) => typeof head === 'string' && head.endsWith('ForCausalLM'));
}

/** A stack of layers is read, with whatever mask; two of them, one of which reads the other, are refused. */
function checkEncoder(fields: ConfigFields, architecture: string, name: string): void {
  if (fields.raw('is_encoder_decoder') !== true) return;
  const message = `\`${name}\` describes an encoder with a decoder ("${architecture}"), and Winnow reads one of both.`;
  throw new WinnowError('bad-model', message, 'Export its encoder alone, or choose a model such as BERT or Llama.');
}
