/**
 * What `config.json` says of an exported model, of whatever architecture: its sizes, under each of the names that
 * transformers gives them, and how positions are counted. The arithmetic itself is in the export.
 */
import { WinnowError } from '../../base/errors.ts';
import { parseJsonObject, shownJson, type JsonObject } from '../../format/json.ts';

export interface ExportConfig {
  architecture: string;
  /** Transformer layers; the embeddings are one more. */
  layers: number;
  hidden: number;
  heads: number;
  intermediate: number;
  vocabulary: number;
  /** Longest input in tokens. */
  positions: number;
  /** The number of a row's first position. */
  firstPosition: number;
  /** Segments with a vector of their own; null where the config does not say. */
  types: number | null;
  /** The id that fills a row up. */
  padding: number;
}

const sameModel = 'Use the config.json that was exported together with the model.';
const sizeNames = {
  layers: ['num_hidden_layers', 'n_layers', 'n_layer', 'num_layers'],
  hidden: ['hidden_size', 'dim', 'd_model', 'emb_dim'],
  heads: ['num_attention_heads', 'n_heads', 'n_head'],
  intermediate: ['intermediate_size', 'hidden_dim', 'd_inner', 'd_ff'],
  vocabulary: ['vocab_size'],
} as const;
const limits = { layers: 1000, hidden: 65_536, heads: 1024, intermediate: 1_048_576, vocabulary: 16_777_216 } as const;

/** Their positions begin after the padding's id, which thus takes rows away from the table of positions. */
const afterPadding = new Set([
  'roberta',
  'xlm-roberta',
  'camembert',
  'mpnet',
  'data2vec-text',
  'xlm-roberta-xl',
  'ibert',
]);
/** Where there is no table of positions; attention takes memory with the square of the length. */
const anyLength = 1024;
const positionLimit = 1_048_576;

/** @throws WinnowError `bad-model` naming the field that is missing or wrong, `bad-file` when it is no JSON object. */
export function parseExportConfig(text: string, name: string): ExportConfig {
  const fields = parseJsonObject(text, { what: `\`${name}\``, next: sameModel });
  const type = fields.get('model_type');
  const architecture = typeof type === 'string' ? type : 'encoder';
  checkEncoder(fields, architecture, name);
  const count = (size: keyof typeof sizeNames) => {
    const field = sizeNames[size].find((known) => fields.get(known) != null);
    if (field) return whole(fields, field, 1, limits[size], name);
    throw bad(name, `has no ${sizeNames[size].join(', ')}, so the shape of the model is not known`);
  };
  const vocabulary = count('vocabulary');
  const padding = fields.get('pad_token_id') == null ? 0 : whole(fields, 'pad_token_id', 0, vocabulary - 1, name);
  const offset = architecture === 'mpnet' ? 2 : afterPadding.has(architecture) ? padding + 1 : 0;
  const given = fields.get('max_position_embeddings') != null;
  const rows = given ? whole(fields, 'max_position_embeddings', 1, positionLimit, name) : anyLength;
  if (rows <= offset) throw bad(name, `has max_position_embeddings ${rows}, which leaves no position for a token`);
  return {
    architecture,
    layers: count('layers'),
    hidden: count('hidden'),
    heads: count('heads'),
    // No field of its own.
    intermediate: architecture === 'xlm' ? 4 * count('hidden') : count('intermediate'),
    vocabulary,
    positions: rows - offset,
    firstPosition: offset,
    types: fields.get('type_vocab_size') == null ? null : whole(fields, 'type_vocab_size', 0, 1024, name),
    padding,
  };
}

/** Decoders by `model_type`, whatever head they were fine-tuned with. */
const decoders = new Set([
  ...[
    'bloom',
    'codegen',
    'ctrl',
    'falcon',
    'gemma',
    'gemma2',
    'gemma3_text',
    'gpt2',
    'gpt_bigcode',
    'gpt_neo',
    'gpt_neox',
  ],
  ...[
    'gptj',
    'granite',
    'llama',
    'ministral',
    'mistral',
    'mixtral',
    'mpt',
    'olmo',
    'olmo2',
    'openai-gpt',
    'opt',
    'phi',
  ],
  ...['phi3', 'qwen2', 'qwen3', 'smollm3', 'stablelm', 'starcoder2', 'xglm'],
]);

/** A token of a decoder knows only the tokens before it, and its first one nothing of the text. */
function checkEncoder(fields: JsonObject, architecture: string, name: string): void {
  const heads: unknown = fields.get('architectures');
  const writes = Array.isArray(heads) && heads.some((head) => typeof head === 'string' && head.endsWith('ForCausalLM'));
  const both = fields.get('is_encoder_decoder') === true;
  if (!both && !writes && !decoders.has(architecture) && fields.get('is_decoder') !== true) return;
  const what = both ? 'an encoder with a decoder' : 'a decoder';
  const message = `\`${name}\` describes ${what} ("${architecture}"), and Winnow reads encoders only.`;
  throw new WinnowError('bad-model', message, 'Choose an encoder, such as BERT, RoBERTa or DeBERTa.');
}

function whole(fields: JsonObject, field: string, least: number, limit: number, name: string): number {
  const value = fields.get(field);
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= limit) return value;
  throw bad(name, `has ${field} ${shownJson(value)} where a whole number from ${least} to ${limit} belongs`);
}

function bad(name: string, what: string): WinnowError {
  return new WinnowError('bad-model', `\`${name}\` ${what}.`, sameModel);
}
