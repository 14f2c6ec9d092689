/**
 * Low-rank adapters (LoRA, Hu et al. 2022) as PEFT saves them, in a folder of their own or beside the base weights: what is
 * added to which weight. W + scale · B · A, scale = alpha / rank as adapter_config.json says it; nothing is guessed. Every
 * other kind of adapter is refused by its name.
 */
import { readText } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { SourceFile } from '../base/source-file.ts';
import { entriesOf, parseJsonObject, shownJson } from '../format/json.ts';
import { readTensor, type TensorInfo } from '../format/safetensors.ts';
import { headNames, renewed, type FileEncoder } from './file-encoders.ts';

/** What adapter_config.json says. */
export interface AdapterConfig {
  /** For messages. */
  file: string;
  /** null: a folder of another library. */
  base: string | null;
  alpha: number;
  rank: number;
  /** The scale is alpha / √rank. */
  rankStabilised: boolean;
  /** Modules with a rank, or an alpha, of their own: by the end of their name. */
  ranks: ReadonlyMap<string, number>;
  alphas: ReadonlyMap<string, number>;
}

interface StoredTensor {
  file: File;
  info: TensorInfo;
}

/** What is added to a weight: scale · second · first, or its transpose. */
export interface LowRank {
  first: StoredTensor;
  second: StoredTensor;
  scale: number;
  /** Of embeddings, which are stored with a row a token. */
  transposed: boolean;
}

const unload =
  'Merge it where the model was trained, model.merge_and_unload().save_pretrained(…), and drop that folder.';

function badAdapter(message: string, next = unload): WinnowError {
  return new WinnowError('bad-model', message, next);
}

/** @throws WinnowError `bad-model` for an adapter that is no LoRA, or one whose scale depends on more than Winnow reads. */
export async function readAdapterConfig({ file }: SourceFile): Promise<AdapterConfig> {
  const name = `\`${file.name}\``;
  const fields = parseJsonObject(await readText(file, 4 * 2 ** 20), name, 'Copy the adapter’s folder again.');
  const kind = fields.get('peft_type');
  if (typeof kind !== 'string') {
    const message = `${name} describes an adapter of its own layers (adapters, formerly AdapterHub), which cannot be merged into the weights.`;
    throw badAdapter(
      message,
      'Export the model with its active adapter to ONNX, with the hidden states as outputs, and drop model.onnx.',
    );
  }
  if (kind.toUpperCase() !== 'LORA') {
    const mergeable = !/prompt|prefix|p_tuning|adaption/i.test(kind);
    const next = mergeable
      ? unload
      : 'It cannot be merged. Export the model with it to ONNX, with the hidden states as outputs, and drop model.onnx.';
    throw badAdapter(`${name} describes an adapter of the kind ${shownJson(kind)}, and Winnow merges LoRA.`, next);
  }
  if (fields.get('use_dora') === true)
    throw badAdapter(`${name} describes a DoRA adapter, and Winnow merges plain LoRA.`);
  const further = furtherFields.find((field) => Boolean(fields.get(field)));
  if (further) throw badAdapter(`${name} sets \`${further}\`, and Winnow merges plain LoRA.`);
  const start = fields.get('init_lora_weights');
  if (typeof start === 'string' && /pissa|olora|corda|loftq|lora_ga/i.test(start)) {
    throw badAdapter(
      `${name} says that the adapter began as ${shownJson(start)}, which changes the base weights, too.`,
    );
  }
  const [rank, alpha] = [fields.get('r'), fields.get('lora_alpha')];
  if (!isPositive(rank) || !isPositive(alpha)) {
    throw badAdapter(`${name} says no rank and alpha (\`r\`, \`lora_alpha\`), so the adapter's scale is not known.`);
  }
  const base = fields.get('base_model_name_or_path');
  return {
    file: name,
    base: typeof base === 'string' && base !== '' ? base : null,
    ...{ alpha, rank, rankStabilised: fields.get('use_rslora') === true },
    ranks: patternsOf(fields.get('rank_pattern'), name),
    alphas: patternsOf(fields.get('alpha_pattern'), name),
  };
}

/** What makes more of LoRA than W + scale · B · A. */
const furtherFields = [
  ...['use_qalora', 'use_bdlora', 'alora_invocation_tokens', 'layer_replication', 'lora_bias', 'arrow_config'],
  ...['kasa_config', 'velora_config', 'monteclora_config', 'trainable_token_indices', 'target_parameters'],
];

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function patternsOf(value: unknown, file: string): Map<string, number> {
  const entries = [...(entriesOf(value ?? {}) ?? [])];
  const plain = entries.filter((entry): entry is [string, number] => isPositive(entry[1]) && /^[\w.]+$/.test(entry[0]));
  if (plain.length < entries.length) {
    throw badAdapter(`${file} gives ranks or alphas by patterns that Winnow does not read.`);
  }
  return new Map(plain);
}

/** Whatever an adapter brings: low-rank additions and whole tensors by canonical name. */
export interface AdapterChanges {
  added: Map<string, LowRank>;
  replaced: Map<string, StoredTensor>;
}

/** `query.lora_A.default.weight` → the module, the part, the adapter's name. */
const lowRank = /^(.*)\.lora_(A|B|embedding_A|embedding_B)((?:\.[^.]+)*)$/;

export function isLowRank(name: string): boolean {
  return lowRank.test(name);
}

/**
 * What the tensors of an adapter do to an encoder.
 * @param tensors by name: of an adapter's own file, or the low-rank ones beside base weights
 * @throws WinnowError `bad-model` for a tensor that Winnow does not merge, by its name; for ranks that do not agree.
 */
export function adapterChanges(
  tensors: ReadonlyMap<string, StoredTensor>,
  config: AdapterConfig,
  encoder: FileEncoder,
): AdapterChanges {
  const pairs = new Map<string, Map<string, StoredTensor>>();
  const replaced: AdapterChanges['replaced'] = new Map();
  const adapters = new Set<string>();
  for (const [name, tensor] of tensors) {
    const match = lowRank.exec(name);
    if (match) {
      const [, module, part, rest] = match;
      const own = rest.replace(/\.weight$/, '');
      if (rest === '' && !part.startsWith('embedding')) {
        throw badAdapter(
          `\`${tensor.file.name}\` holds \`${name}\` as loralib saves it, and no file says its scale.`,
          'Call eval() on the model, which merges it, and save its state dict without the entries lora_A and lora_B.',
        );
      }
      if (own !== '') adapters.add(own);
      const known = pairs.get(module) ?? new Map<string, StoredTensor>();
      pairs.set(module, known.set(part, tensor));
    } else {
      const whole = renewed(name.replace(/\.modules_to_save\.[^.]+\./, '.'));
      const canonical = canonicalOf(whole, encoder);
      if (canonical) replaced.set(canonical, tensor);
      else if (!isOfHead(whole)) throw strange(name, tensor);
    }
  }
  if (adapters.size > 1) {
    throw badAdapter(
      `Several adapters lie beside one another: ${[...adapters].map((own) => `\`${own.slice(1)}\``).join(', ')}.`,
    );
  }
  const added: AdapterChanges['added'] = new Map();
  for (const [module, parts] of pairs) {
    const canonical = canonicalOf(`${module}.weight`, encoder);
    if (canonical) added.set(canonical, additionOf(module, parts, config));
    else if (!isOfHead(module)) throw strange(module, [...parts.values()][0]);
  }
  return { added, replaced };
}

function strange(name: string, { file }: StoredTensor): WinnowError {
  return badAdapter(
    `\`${file.name}\` changes \`${name}\`, which the base model does not have.`,
    'Drop the model that the adapter was trained on, or merge the adapter there with merge_and_unload().',
  );
}

/** An adapter's names begin with its wrappers' and the task model's own: the end of a name tells. */
function canonicalOf(name: string, { names }: FileEncoder): string | null {
  for (let rest = name; ;) {
    if (names.has(rest)) return rest;
    const dot = rest.indexOf('.');
    if (dot < 0) return null;
    rest = rest.slice(dot + 1);
  }
}

function isOfHead(name: string): boolean {
  return name
    .split('.')
    .some((part) => headNames.includes(part) || part === 'pooler' || part === 'cls' || part === 'lm_head');
}

function additionOf(module: string, parts: ReadonlyMap<string, StoredTensor>, config: AdapterConfig): LowRank {
  const transposed = parts.has('embedding_A');
  const [first, second] = transposed
    ? [parts.get('embedding_A'), parts.get('embedding_B')]
    : [parts.get('A'), parts.get('B')];
  if (!first || !second) throw badAdapter(`The adapter has one half only of what changes \`${module}\`.`);
  const [rank] = first.info.shape;
  const own = (patterns: ReadonlyMap<string, number>): number | undefined =>
    [...patterns].find(([end]) => module === end || module.endsWith(`.${end}`))?.[1];
  const said = own(config.ranks) ?? config.rank;
  if (rank !== said) {
    throw badAdapter(
      `The adapter of \`${module}\` has rank ${rank}, and ${config.file} says ${said}.`,
      'Use the adapter_config.json that was saved together with the adapter.',
    );
  }
  const alpha = own(config.alphas) ?? config.alpha;
  return { first, second, transposed, scale: alpha / (config.rankStabilised ? Math.sqrt(rank) : rank) };
}

/** Whether both halves fit a weight of this shape. */
export function fitsWeight({ first, second, transposed }: LowRank, shape: readonly number[]): boolean {
  const [rows, columns] = transposed ? [...shape].reverse() : shape;
  const [[rank, inner], [outer, width]] = [first.info.shape, second.info.shape];
  return shape.length === 2 && rank === width && inner === columns && outer === rows;
}

/** Adds it to a weight in place, in float64. */
export async function addLowRank(weight: Float32Array, shape: readonly number[], low: LowRank): Promise<void> {
  const [first, second] = [
    await readTensor(low.first.file, low.first.info),
    await readTensor(low.second.file, low.second.info),
  ];
  const [rank, inner] = low.first.info.shape;
  const [outer] = low.second.info.shape;
  const width = shape[1];
  const row = new Float64Array(inner);
  for (let i = 0; i < outer; i += 1) {
    row.fill(0);
    for (let r = 0; r < rank; r += 1) {
      const factor = second[i * rank + r] * low.scale;
      for (let j = 0; j < inner; j += 1) row[j] += factor * first[r * inner + j];
    }
    for (let j = 0; j < inner; j += 1) weight[low.transposed ? j * width + i : i * width + j] += row[j];
  }
}
