/**
 * Weight files → where each tensor of the model lies, under canonical names: the prefix of the task model (`bert.`)
 * is taken off, LayerNorm's old gamma and beta become weight and bias, heads are left out. Reads headers only; every
 * shape is checked against the config before a graph is built on it.
 */
import { nameOf, readSlice } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { bitsOf, type Dtype } from '../format/dtype.ts';
import { readSafetensorsHeader, type TensorInfo } from '../format/safetensors.ts';
import { readTorchCheckpoint } from '../format/torch-checkpoint.ts';
import { architectureOf } from './architectures/list.ts';
import type { ModelConfig } from './config.ts';

export interface WeightTensor {
  file: File;
  info: TensorInfo;
}

export interface Weights {
  /** Canonical name → place; exactly the tensors that the architecture needs. */
  tensors: Map<string, WeightTensor>;
  /** Numbers in all floating-point tensors, heads included. */
  parameters: number;
  /** Format of the files, e.g. "safetensors". */
  format: WeightFile['format'];
  /** Number format of the tensors that are used, e.g. "F32" or "F16 and F32". */
  dtypes: string;
  /** Name of the fine-tuned head, null when there is none. */
  head: string | null;
}

const computed: readonly Dtype[] = ['F32', 'F16', 'BF16'];
const floating: readonly Dtype[] = [...computed, 'F64'];
/** Names under which transformers saves the layers that a task is trained with. */
const heads = ['classifier', 'score', 'qa_outputs', 'logits_proj', 'regressor'];
const otherModel = 'Check that config.json and the weights are of the same model.';

/**
 * @param files all weight files of one model, in name order
 * @throws WinnowError `bad-file` for a broken file, `bad-model` for a missing tensor, a wrong shape or number format.
 */
export async function readWeights(files: readonly File[], config: ModelConfig): Promise<Weights> {
  const found = new Map<string, WeightTensor>();
  const scattered = new Map<string, WinnowError>();
  let format: WeightFile['format'] = 'safetensors';
  for (const file of files) {
    const read = await readWeightFile(file);
    format = read.format;
    for (const [name, info] of read.tensors) found.set(name, { file, info });
    for (const [name, why] of read.scattered) scattered.set(name, scatteredTensor(name, file, why));
  }
  const { anchor, shapes } = architectureOf(config);
  const names = canonicalNames([...found.keys(), ...scattered.keys()], anchor);
  const tensors = new Map<string, WeightTensor>();
  for (const [name, shape] of shapes(config)) {
    const stored = names.get(name) ?? name;
    const tensor = found.get(stored);
    if (!tensor) throw scattered.get(stored) ?? missingTensor(name, files);
    checkTensor(stored, tensor, shape);
    tensors.set(name, tensor);
  }
  return {
    tensors,
    parameters: countParameters([...found.values()]),
    format,
    dtypes: [...new Set([...tensors.values()].map(({ info }) => info.dtype))].sort().join(' and '),
    head: findHead([...found.keys()]),
  };
}

/** Canonical name → name in the file. What stands before the word embeddings stands before every tensor of the model. */
function canonicalNames(names: readonly string[], anchor: string): Map<string, string> {
  const renamed = names.map((name) => [renewed(name), name] as const);
  const [prefix = ''] = renamed
    .filter(([name]) => name === anchor || name.endsWith(`.${anchor}`))
    .map(([name]) => name.slice(0, -anchor.length))
    .sort((a, b) => a.length - b.length);
  const inside = renamed.filter(([name]) => name.startsWith(prefix));
  return new Map(inside.map(([name, original]) => [name.slice(prefix.length), original]));
}

/** Checkpoints converted from TensorFlow call the scale and offset of a normalisation gamma and beta. */
function renewed(name: string): string {
  return name.replace(/\.gamma$/, '.weight').replace(/\.beta$/, '.bias');
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

function missingTensor(name: string, files: readonly File[]): WinnowError {
  const where = files.map((file) => `\`${file.name}\``).join(' and ');
  const message = `${where} ${files.length === 1 ? 'holds' : 'hold'} no tensor \`${name}\`, which config.json asks for.`;
  return new WinnowError('bad-model', message, otherModel);
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
  return heads.find((head) => parts.has(head)) ?? null;
}

export interface WeightFile {
  format: 'safetensors' | 'PyTorch checkpoint';
  tensors: Map<string, TensorInfo>;
  /** Tensors that are there but cannot be read in place: name → how the sentence about it ends. */
  scattered: Map<string, string>;
}

/**
 * A weight file of any format, told from its first bytes and not from its name.
 * @throws WinnowError `bad-file` for a broken file or one of another format, `unreadable-file` when it vanished.
 */
export async function readWeightFile(file: File): Promise<WeightFile> {
  const checkpoint = await readTorchCheckpoint(file);
  if (checkpoint) return { format: 'PyTorch checkpoint', ...checkpoint };
  if (!/\.safetensors$/i.test(file.name) && !(await promisesSafetensors(file))) {
    const message = `${nameOf(file)} is neither a safetensors file nor a PyTorch checkpoint.`;
    throw new WinnowError('bad-file', message, 'Check that it is the file its name says, or copy it again.');
  }
  const { tensors } = await readSafetensorsHeader(file);
  return { format: 'safetensors', tensors, scattered: new Map() };
}

/** A JSON header after 8 bytes, or the pointer that Git LFS leaves in place of a file. */
async function promisesSafetensors(file: File): Promise<boolean> {
  const text = String.fromCharCode(...(await readSlice(file, 0, Math.min(9, file.size))));
  return text[8] === '{' || text.startsWith('version ');
}
