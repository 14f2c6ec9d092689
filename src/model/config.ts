/**
 * `config.json` → the numbers that a graph is written from, by the reader of its architecture. Every number is checked
 * before anything is built on it; a field that changes the arithmetic in a way Winnow does not write is refused.
 */
import { WinnowError } from '../base/errors.ts';
import { parseJsonObject } from '../format/json.ts';
import { writtenTypes } from './architectures/list.ts';
import { ConfigFields, sameModel, type ModelSizes } from './config-fields.ts';
import { refuseQuantisedConfig } from './quantised.ts';

/** With the numbers that its architecture reads beside these. */
export interface ModelConfig extends ModelSizes {
  /** As `model_type` names it. */
  architecture: string;
}

/**
 * Reads the text of a config.json; `name` stands in messages, `told` is the model's type
 * where the config does not say it.
 * @throws WinnowError `bad-model` naming the field that is missing or wrong, the architecture that is not known, or what
 * the weights were quantised by;
 * `bad-file` when the text is not a JSON object.
 */
export function parseConfig(text: string, name: string, told: string | null = null): ModelConfig {
  const values = parseJsonObject(text, `\`${name}\``, sameModel);
  const fields = new ConfigFields(values, name);
  const type = told ?? fields.text('model_type');
  const architecture = writtenTypes.get(type);
  if (!architecture) {
    const message = `\`${name}\` names the architecture "${type}". This version of Winnow knows ${[...writtenTypes.keys()].sort().join(', ')}.`;
    const next = 'Choose a model of a known architecture, or export this one to ONNX: model.onnx opens whatever it is.';
    throw new WinnowError('bad-model', message, next);
  }
  refuseQuantisedConfig(values, name);
  const own = architecture.read(fields);
  // transformers takes another mask by it, whatever the architecture.
  fields.mustBe('is_causal', architecture.causal?.(own) ?? false);
  const config = { architecture: type, ...own };
  if (config.headSize === undefined && config.hidden % config.heads !== 0) {
    fields.fail(`has hidden_size ${config.hidden}, which ${config.heads} attention heads do not divide`);
  }
  return config;
}
