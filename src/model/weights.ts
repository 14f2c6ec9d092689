/**
 * Weight files → where each tensor of the model lies, under canonical names: the prefix of the task model (`bert.`)
 * is taken off, heads are left out, low-rank adapters are noted beside what they are added to. Reads headers only; every
 * shape is checked against the config before a graph is built on it, and what is in the encoder and none of its own is
 * refused or said.
 */
import { WinnowError } from '../base/errors.ts';
import { bitsOf, type Dtype } from '../format/dtype.ts';
import { readTensor, type TensorInfo } from '../format/safetensors.ts';
import { adapterChanges, addLowRank, fitsWeight, isLowRank, type AdapterConfig, type LowRank } from './adapters.ts';
import { architectureOf, architectures } from './architectures/list.ts';
import type { Architecture } from './architecture.ts';
import type { ModelConfig } from './config.ts';
import { checkRest, encodersIn, headNames, renewed, type FileEncoder, type WeightNote } from './file-encoders.ts';
import { refuseQuantisedTensors } from './quantised.ts';
import { readWeightFile, type WeightFile } from './weight-file.ts';

export interface WeightTensor {
  file: File;
  info: TensorInfo;
  /** What an adapter adds to it. */
  added?: LowRank;
}

export interface Weights {
  /** Canonical name → place; exactly the tensors that the architecture needs. */
  tensors: Map<string, WeightTensor>;
  /** Numbers in all floating-point tensors, heads included, those of other encoders and of adapters left out. */
  parameters: number;
  /** Format of the files, e.g. "safetensors". */
  format: WeightFile['format'];
  /** Number format of the tensors that are used, e.g. "F32" or "F16 and F32". */
  dtypes: string;
  /**
   * What no hidden state depends on: tensors inside the encoder by canonical name, others by their own; empty where an
   * adapter is merged, as theirs is the head.
   */
  further: { inside: Map<string, WeightTensor>; beside: Map<string, WeightTensor> };
  /** Name of the fine-tuned head, null when there is none. */
  head: string | null;
  /** Names of all encoders that the files hold, and the one that is used. */
  encoders: string[];
  encoder: string;
  /** Whether an adapter is merged into it. */
  merged: boolean;
  notes: WeightNote[];
}

export interface WeightOptions {
  /** Name of the encoder that the user chose. */
  encoder?: string;
  /** What an adapter_config.json beside the weights says. */
  adapter?: AdapterConfig | null;
  /** The adapter's own weights. */
  adapterFile?: File | null;
}

const computed: readonly Dtype[] = ['F32', 'F16', 'BF16'];
const floating: readonly Dtype[] = [...computed, 'F64'];
const otherModel = 'Check that config.json and the weights are of the same model.';

/**
 * @param files all weight files of one model, in name order
 * @throws WinnowError `bad-file` for a broken file; `bad-model` for a missing tensor, a wrong shape or number format, and
 * for a tensor in the encoder that is none of its own; `bad-option` for an encoder that is not there.
 */
export async function readWeights(
  files: readonly File[],
  config: ModelConfig,
  { encoder: wanted, adapter = null, adapterFile = null }: WeightOptions = {},
): Promise<Weights> {
  const architecture = architectureOf(config);
  const { found, scattered, format } = await readFiles(files, architecture);
  const stored = Array.from(found, ([name, { info }]) => [name, info] as const);
  refuseQuantisedTensors(stored, filesInWords(files));
  const shapes = architecture.shapes(config);
  const names = [...found.keys(), ...scattered.keys()];
  const encoders = encodersIn(names, { ...architecture, shapes });
  const encoder = chooseEncoder(encoders, wanted, files, (own) => fits(own, shapes, found));
  checkPrefix(encoder.name, architecture, files);
  const changes = await changesOf(encoder, { found, adapter, adapterFile });
  const tensors = new Map<string, WeightTensor>();
  const rest = new Map(encoder.names);
  for (const canonical of changes?.merged ?? []) rest.delete(canonical);
  const others = new Set(encoders.filter((own) => own !== encoder).flatMap((own) => [...own.names.values()]));
  const inside = new Set(encoder.names.values());
  const beside = names.filter((name) => !others.has(name) && !inside.has(name));
  for (const name of shapes.keys()) rest.delete(name);
  const notes = checkRest({ extra: rest, beside }, { ...architecture, shapes }, filesInWords(files));
  for (const [name, shape] of shapes) {
    const stored = encoder.names.get(name) ?? name;
    const tensor = changes?.replaced.get(name) ?? found.get(stored);
    if (!tensor) throw scattered.get(stored) ?? missingTensor(name, files);
    checkTensor(stored, tensor, shape);
    const added = changes?.added.get(name);
    if (added && !fitsWeight(added, shape)) throw otherAdapter(name, shape);
    tensors.set(name, added ? { ...tensor, added } : tensor);
  }
  const own = [...found].filter(([name]) => !others.has(name) && !isLowRank(name));
  return {
    tensors,
    parameters: countParameters(own.map(([, tensor]) => tensor)),
    format,
    dtypes: [...new Set([...tensors.values()].map(({ info }) => info.dtype))].sort().join(' and '),
    further: changes === null ? furtherTensors(encoder, beside, { found, shapes }) : noTensors(),
    head: findHead(own.map(([name]) => name)),
    encoders: encoders.map(({ name }) => name),
    encoder: encoder.name,
    merged: changes !== null,
    notes,
  };
}

async function readFiles(files: readonly File[], { joined }: Architecture) {
  const found = new Map<string, WeightTensor>();
  const scattered = new Map<string, WinnowError>();
  let format: WeightFile['format'] = 'safetensors';
  for (const file of files) {
    const read = await readWeightFile(file);
    format = read.format;
    for (const [name, info] of read.tensors) {
      partsOf(name, joined).forEach((own, part, { length }) =>
        found.set(own, { file, info: rowsOf(info, part, length) }),
      );
    }
    for (const [name, why] of read.scattered) {
      for (const own of partsOf(name, joined)) scattered.set(own, scatteredTensor(name, file, why));
    }
  }
  return { found, scattered, format };
}

/** Names of what a tensor holds. */
function partsOf(name: string, joined: Architecture['joined']): string[] {
  if (!joined?.name.test(name)) return [name];
  return Array.from({ length: joined.parts }, (_, part) => `${name} (${part + 1} of ${joined.parts})`);
}

/** One of so many equal parts; a shape that does not come out even fits no config. */
function rowsOf(info: TensorInfo, part: number, parts: number): TensorInfo {
  const [rows, ...rest] = info.shape;
  const bytes = (info.end - info.start) / parts;
  const start = info.start + part * bytes;
  return parts === 1 ? info : { ...info, shape: [rows / parts, ...rest], start, end: start + bytes };
}

function noTensors(): Weights['further'] {
  return { inside: new Map(), beside: new Map() };
}

function furtherTensors(
  { names }: FileEncoder,
  beside: readonly string[],
  { found, shapes }: { found: ReadonlyMap<string, WeightTensor>; shapes: ReadonlyMap<string, readonly number[]> },
): Weights['further'] {
  const further = noTensors();
  const put = (into: Map<string, WeightTensor>, name: string, stored: string): void => {
    const tensor = found.get(stored);
    if (tensor) into.set(name, tensor);
  };
  for (const [name, stored] of names) if (!shapes.has(name)) put(further.inside, name, stored);
  for (const name of beside) put(further.beside, renewed(name), name);
  return further;
}

/**
 * Another architecture's name as the prefix: transformers would leave every weight of this one as newly drawn. A word such
 * as XLNet's `transformer` says nothing.
 */
function checkPrefix(name: string, { heads, types: own }: Architecture, files: readonly File[]): void {
  const [type] = own;
  const prefix = name.split('.').at(-1) ?? '';
  if ([heads.prefix, ...own].includes(prefix) || !architectures.some(({ types }) => types.includes(prefix))) return;
  const message = `${filesInWords(files)} holds tensors of \`${prefix}\`, but config.json says that the model is of type \`${type}\`.`;
  const next = `Use the config.json of these weights; if they are of ${type} nevertheless, rename \`${prefix}.…\` to \`${heads.prefix}.…\` in them.`;
  throw new WinnowError('bad-model', message, next);
}

/** The one that the user chose, else the first that config.json fits, else the first. */
function chooseEncoder(
  encoders: readonly FileEncoder[],
  wanted: string | undefined,
  files: readonly File[],
  fits: (encoder: FileEncoder) => boolean,
): FileEncoder {
  if (wanted === undefined) return encoders.find(fits) ?? encoders[0];
  const chosen = encoders.find(({ name }) => name === wanted);
  if (chosen) return chosen;
  const message = `${filesInWords(files)} holds no encoder \`${wanted}\`.`;
  const next = `Choose from ${encoders.map(({ name }) => `\`${name}\``).join(', ')}.`;
  throw new WinnowError('bad-option', message, next);
}

function fits(
  { names }: FileEncoder,
  shapes: ReadonlyMap<string, readonly number[]>,
  found: ReadonlyMap<string, WeightTensor>,
): boolean {
  return [...shapes].every(([name, shape]) => {
    const tensor = found.get(names.get(name) ?? name);
    return tensor?.info.shape.join() === shape.join();
  });
}

/** What adapters do, in the files and beside them; null where nothing says that there is one. */
async function changesOf(
  encoder: FileEncoder,
  {
    found,
    adapter,
    adapterFile,
  }: { found: ReadonlyMap<string, WeightTensor> } & Required<Omit<WeightOptions, 'encoder'>>,
) {
  if (adapter === null) return null;
  const inside = [...encoder.names].filter(
    ([name]) => isLowRank(name) || /\.(modules_to_save|original_module)\./.test(name),
  );
  const kept = inside.filter(([name]) => !name.includes('.original_module.'));
  const tensors = new Map(
    kept.flatMap(([name, stored]) => {
      const tensor = found.get(stored);
      return tensor ? [[name, tensor] as const] : [];
    }),
  );
  if (adapterFile) {
    const { tensors: own } = await readWeightFile(adapterFile);
    for (const [name, info] of own) tensors.set(name, { file: adapterFile, info });
  }
  if (tensors.size === 0) return null;
  return { ...adapterChanges(tensors, adapter, encoder), merged: inside.map(([name]) => name) };
}

/** The float32 bytes of a tensor, with what an adapter adds to it. */
export async function tensorValues({ file, info, added }: WeightTensor): Promise<Uint8Array> {
  const values = await readTensor(file, info);
  if (added) await addLowRank(values, info.shape, added);
  return new Uint8Array(values.buffer);
}

function checkTensor(name: string, { file, info }: WeightTensor, shape: readonly number[]): void {
  if (info.shape.length !== shape.length || info.shape.some((size, axis) => size !== shape[axis])) {
    const message = `Tensor \`${name}\` of \`${file.name}\` has the shape [${info.shape.join(', ')}], but config.json asks for [${shape.join(', ')}].`;
    throw new WinnowError('bad-model', message, otherModel);
  }
  if (!computed.includes(info.dtype)) {
    const message = `Tensor \`${name}\` of \`${file.name}\` is stored as ${info.dtype}, and Winnow computes with ${computed.join(', ')}.`;
    throw new WinnowError('bad-model', message, 'Save the model again with float32 or float16 weights.');
  }
}

function filesInWords(files: readonly File[]): string {
  return files.map((file) => `\`${file.name}\``).join(' and ');
}

function missingTensor(name: string, files: readonly File[]): WinnowError {
  const message = `${filesInWords(files)} ${files.length === 1 ? 'holds' : 'hold'} no tensor \`${name}\`, which config.json asks for.`;
  return new WinnowError('bad-model', message, otherModel);
}

function otherAdapter(name: string, shape: readonly number[]): WinnowError {
  const message = `The adapter does not fit \`${name}\`, which has the shape [${shape.join(', ')}]: it was trained on another model.`;
  return new WinnowError('bad-model', message, 'Drop the model that the adapter was trained on.');
}

function scatteredTensor(name: string, file: File, why: string): WinnowError {
  const next = 'Save the model with save_pretrained, which puts the numbers in order, and use model.safetensors.';
  return new WinnowError('bad-model', `Tensor \`${name}\` of \`${file.name}\` ${why}.`, next);
}

/** Tensors that share their place in a file (tied weights) count once. */
function countParameters(tensors: readonly WeightTensor[]): number {
  const distinct = new Map(
    tensors.map((tensor) => [`${tensor.file.name} ${tensor.info.start} ${tensor.info.end}`, tensor]),
  );
  return [...distinct.values()]
    .filter(({ info }) => floating.includes(info.dtype))
    .reduce((sum, { info }) => sum + ((info.end - info.start) * 8) / bitsOf(info.dtype), 0);
}

function findHead(names: readonly string[]): string | null {
  const parts = new Set(names.map((name) => name.split('.')[0]));
  return headNames.find((head) => parts.has(head)) ?? null;
}
