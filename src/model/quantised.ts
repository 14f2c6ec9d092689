/** Weights that were stored in fewer bits by other programs: told by config.json or by the tensors, and refused by name. */
import { WinnowError } from '../base/errors.ts';
import type { Dtype } from '../format/dtype.ts';
import { entriesOf, type JsonObject } from '../format/json.ts';

const titles: ReadonlyMap<string, string> = new Map([
  ['bitsandbytes', 'bitsandbytes'],
  ['gptq', 'GPTQ'],
  ['awq', 'AWQ'],
  ['fp8', 'FP8'],
  ['fbgemm_fp8', 'FP8'],
]);

/** @throws WinnowError `bad-model` where `quantization_config` says by what the weights were quantised. */
export function refuseQuantisedConfig(config: JsonObject, name: string): void {
  const said = entriesOf(config.get('quantization_config'));
  if (said === null) return;
  const method = said.get('quant_method');
  // Of releases before the field.
  const isBits = said.get('load_in_8bit') === true || said.get('load_in_4bit') === true;
  const bits = isBits ? 'bitsandbytes' : 'a method that it does not name';
  const by = typeof method === 'string' ? (titles.get(method) ?? `"${method}"`) : bits;
  throw quantised(`\`${name}\` says that the weights are quantised by ${by}`);
}

/** @throws WinnowError `bad-model` where tensors are of a kind that only quantised weights have. */
export function refuseQuantisedTensors(tensors: Iterable<readonly [string, { dtype: Dtype }]>, files: string): void {
  const all = [...tensors];
  for (const [by, isOf] of kinds) {
    const found = all.find(([name, { dtype }]) => isOf(name, dtype));
    if (!found) continue;
    const method = by === 'GPTQ' && !all.some(([name]) => name.endsWith('.g_idx')) ? 'AWQ' : by;
    throw quantised(`${files} holds weights that are quantised by ${method} (\`${found[0]}\`)`);
  }
}

const kinds: readonly (readonly [string, (name: string, dtype: Dtype) => boolean])[] = [
  ['bitsandbytes', (name) => /\.(SCB|weight_format|weight\.(absmax|quant_map|quant_state\..+))$/.test(name)],
  ['GPTQ', (name) => name.endsWith('.qweight')],
  ['FP8', (_, dtype) => dtype.startsWith('F8_')],
  ['compressed-tensors', (name) => name.endsWith('.weight_packed')],
];

function quantised(what: string): WinnowError {
  const next =
    'Use the weights that it was quantised from (float32, float16 or bfloat16), or an ONNX export of the model.';
  return new WinnowError('bad-model', `${what}, which Winnow does not compute with.`, next);
}
