/**
 * A PyTorch checkpoint, as `torch.save` wrote it → where each tensor of its state dict lies in the file. Zip archives
 * (PyTorch 1.6 and later) and the stream of pickles from before. Reads pickles and headers, never a tensor; nothing that
 * the pickle names is run. A tensor whose numbers do not follow one another is listed with the reason.
 */
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { bitsOf } from './dtype.ts';
import type { TensorInfo } from './safetensors.ts';
import { readTorchStream } from './torch-stream.ts';
import { badCheckpoint, TorchTensor, type TorchContents } from './torch-tensors.ts';
import { readTorchZip } from './torch-zip.ts';

export interface TorchCheckpoint {
  tensors: Map<string, TensorInfo>;
  /** Tensors that are in the file but no part of it in one piece: name → a sentence's end, e.g. "is transposed". */
  scattered: Map<string, string>;
}

/**
 * @returns null when the first bytes promise no checkpoint.
 * @throws WinnowError `bad-file` for a damaged or hostile file and for a pickle that holds more than tensors, naming what
 * was refused; `unreadable-file` when the file vanished.
 */
export async function readTorchCheckpoint(file: NamedBlob): Promise<TorchCheckpoint | null> {
  const contents = await readTorchContents(file);
  if (contents === null) return null;
  const { value, locate } = contents;
  const checkpoint: TorchCheckpoint = { tensors: new Map(), scattered: new Map() };
  for (const [name, tensor] of stateDict(value, file)) {
    const { dtype, shape, storage } = tensor;
    const { start, end } = placeInStorage(name, tensor, file);
    const storageStart = await locate(storage);
    if (isContiguous(tensor)) {
      const info = { dtype, shape: [...shape], start: storageStart + start, end: storageStart + end };
      checkpoint.tensors.set(name, info);
    } else {
      const strides = `strides [${tensor.strides.join(', ')}] for the shape [${shape.join(', ')}]`;
      checkpoint.scattered.set(name, `is stored with the ${strides}, so its numbers do not follow one another`);
    }
  }
  return checkpoint;
}

/** The unpickled value, and where its storages lie; null when the first bytes promise no file of `torch.save`. */
export async function readTorchContents(file: NamedBlob): Promise<TorchContents | null> {
  const [first, second] = await readSlice(file, 0, Math.min(2, file.size));
  if (first === 0x50 && second === 0x4b) return readTorchZip(file);
  // Torch writes pickles of protocol 2 and later, which say so.
  return first === 0x80 && second >= 2 && second <= 5 ? readTorchStream(file) : null;
}

/** Keys under which training scripts put the state dict beside other things; the first that is there counts. */
const stateKeys = ['state_dict', 'model_state_dict', 'model', 'model_dict', 'module', 'net', 'weights'];
/** What lies beside it holds tensors, too, and none of a model's. */
const trainingKeys = /optim|sched|scaler|rng|loops|callback|sampler|random/i;
const deepest = 3;

/** Tensors by name, those of further state dicts under the key that these have. */
function stateDict(value: unknown, file: NamedBlob): [string, TorchTensor][] {
  const found = tensorsIn(value, '', 0);
  if (found.length > 0) return found;
  const keys = stateKeys.map((key) => `\`${key}\``).join(', ');
  const message = `${nameOf(file)} holds no tensors by name, neither at its top nor under ${keys}.`;
  throw badFile(message, 'Save the weights with torch.save(model.state_dict(), …), or as safetensors.');
}

function tensorsIn(value: unknown, prefix: string, depth: number): [string, TorchTensor][] {
  if (!(value instanceof Map) || depth > deepest) return [];
  const entries = value as ReadonlyMap<unknown, unknown>;
  const own = namedTensors(entries);
  const main =
    own.length > 0 ? undefined : stateKeys.find((key) => tensorsIn(entries.get(key), '', depth + 1).length > 0);
  const nested = [...entries].flatMap(([key, inner]) => {
    if (typeof key !== 'string' || trainingKeys.test(key)) return [];
    return tensorsIn(inner, key === main ? prefix : `${prefix}${key}.`, depth + 1);
  });
  return [...own.map(([name, tensor]): [string, TorchTensor] => [prefix + name, tensor]), ...nested];
}

function namedTensors(entries: ReadonlyMap<unknown, unknown>): [string, TorchTensor][] {
  return [...entries].filter(
    (entry): entry is [string, TorchTensor] => typeof entry[0] === 'string' && entry[1] instanceof TorchTensor,
  );
}

/** The tensor's bytes, from the first number to the last, counted from the start of its storage. */
function placeInStorage(name: string, { dtype, shape, strides, offset, storage }: TorchTensor, file: NamedBlob) {
  const elementBytes = bitsOf(dtype) / 8;
  const span = shape.includes(0) ? 0 : shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], 1);
  const start = offset * elementBytes;
  const end = start + span * elementBytes;
  if (!(end <= storage.sizeBytes)) {
    const message = `Tensor \`${name}\` of ${nameOf(file)} reaches to byte ${end} of a storage that has ${storage.sizeBytes}.`;
    throw badCheckpoint(message);
  }
  return { start, end };
}

/** Bytes of a tensor from the start of its storage, and whether they are its numbers one after the other. */
export function tensorPlace(name: string, tensor: TorchTensor, file: NamedBlob) {
  return { ...placeInStorage(name, tensor, file), isContiguous: isContiguous(tensor) };
}

/** Row-major without gaps, as `torch.Tensor.is_contiguous` has it: the stride of an axis of length 1 says nothing. */
function isContiguous({ shape, strides }: TorchTensor): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}
