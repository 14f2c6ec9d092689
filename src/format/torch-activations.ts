/**
 * Activations that `torch.save` wrote: one tensor [rows, layers, hidden] or [rows, columns], a list of one tensor a
 * sentence ([tokens, layers, hidden], [layers, tokens, hidden] as structural probes have it, or [tokens, hidden] of one
 * layer), or a dictionary with such a thing under `activations` (and `lengths`). What a pickle may hold is what
 * `torch-tensors.ts` allows: nothing of it is run.
 */
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { openArrays } from './activation-arrays.ts';
import { checkSameShape, checkSentenceSize, type ActivationFile, type SentenceShape } from './activation-file.ts';
import { toFloat32 } from './dtype.ts';
import { rowFile } from './row-file.ts';
import type { TensorInfo } from './safetensors.ts';
import { tensorPlace, readTorchContents } from './torch-checkpoint.ts';
import { TorchTensor, type TorchContents } from './torch-tensors.ts';

type Held = { one: TorchTensor } | { sentences: TorchTensor[] } | { named: Map<string, TorchTensor> };

/** Whether a file of PyTorch holds activations, and no state dict. @throws WinnowError as `readTorchContents`. */
export async function holdsTorchActivations(file: NamedBlob): Promise<boolean> {
  const contents = await readTorchContents(file);
  return contents !== null && heldIn(contents.value) !== null;
}

/**
 * @param layers of an array [rows, layers × hidden]; null: its columns are one layer.
 * @throws WinnowError `bad-file` for tensors of other axes, or that are no part of the file in one piece; as `rowFile`.
 */
export async function openTorchActivations(file: NamedBlob, layers: number | null): Promise<ActivationFile> {
  const contents = await readTorchContents(file);
  const held = contents && heldIn(contents.value);
  if (!contents || !held) throw badFile(`${nameOf(file)} holds no tensor of activations.`, saveAgain);
  if ('one' in held) {
    const info = await infoOf(held.one, 'The tensor', contents, file);
    return rowFile({ activations: { file, info }, layers, lengths: null, words: null });
  }
  if ('named' in held) {
    const arrays = new Map<string, { file: NamedBlob; info: TensorInfo }>();
    for (const [name, tensor] of held.named) {
      arrays.set(name, { file, info: await infoOf(tensor, `Tensor \`${name}\``, contents, file) });
    }
    return openArrays(file, arrays, layers);
  }
  const infos: TensorInfo[] = [];
  for (const [index, tensor] of held.sentences.entries()) {
    infos.push(await infoOf(tensor, `Tensor ${index + 1}`, contents, file));
  }
  return sentenceFile(file, infos);
}

const saveAgain = 'Save one tensor [rows, layers, neurons] with `torch.save(tensor.float().contiguous(), path)`.';
const sentenceLimit = 2 ** 24;

function heldIn(value: unknown): Held | null {
  if (value instanceof TorchTensor) return value.shape.length > 1 ? { one: value } : null;
  if (Array.isArray(value)) {
    const list = value as unknown[];
    const sentences = list.filter((item) => item instanceof TorchTensor);
    return list.length > 0 && list.length <= sentenceLimit && sentences.length === list.length ? { sentences } : null;
  }
  if (!(value instanceof Map) || !value.has('activations')) return null;
  const entries = [...(value as ReadonlyMap<unknown, unknown>)];
  const named = entries.filter((entry): entry is [string, TorchTensor] => entry[1] instanceof TorchTensor);
  if (named.some(([name]) => name === 'activations')) return { named: new Map(named) };
  return heldIn(value.get('activations'));
}

async function infoOf(
  tensor: TorchTensor,
  subject: string,
  { locate }: TorchContents,
  file: NamedBlob,
): Promise<TensorInfo> {
  const { start, end, isContiguous } = tensorPlace(subject, tensor, file);
  if (!isContiguous) {
    const message = `${subject} of ${nameOf(file)} is a transposed or cut view, whose numbers do not follow one another.`;
    throw badFile(message, saveAgain);
  }
  const from = await locate(tensor.storage);
  return { dtype: tensor.dtype, shape: [...tensor.shape], start: from + start, end: from + end };
}

/** One tensor a sentence. */
function sentenceFile(file: NamedBlob, infos: readonly TensorInfo[]): ActivationFile {
  const axes = infos[0].shape.length;
  const odd = infos.findIndex(({ shape }) => shape.length !== axes);
  const isFloat = infos.every(({ dtype }) => ['F16', 'BF16', 'F32', 'F64'].includes(dtype));
  if (!isFloat || odd >= 0 || (axes !== 2 && axes !== 3)) {
    const shapes = infos.slice(0, 3).map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`);
    const message = `${nameOf(file)} holds tensors ${shapes.join(', ')}, …; floats [tokens, layers, neurons] are expected, one a sentence.`;
    throw badFile(message, saveAgain);
  }
  const layerAxis = axes === 2 ? null : layerAxisOf(file, infos);
  const shapeOf = ({ shape }: TensorInfo): SentenceShape & { tokens: number } => {
    if (layerAxis === null) return { tokens: shape[0], layers: 1, hidden: shape[1] };
    return { tokens: shape[1 - layerAxis], layers: shape[layerAxis], hidden: shape[2] };
  };
  const { layers, hidden } = shapeOf(infos[0]);
  return {
    name: file.name ?? 'the file',
    ...{ layers, hidden, columns: null, unit: 'sentence', count: infos.length },
    async *sentences({ signal, progress } = {}) {
      for (const [index, info] of infos.entries()) {
        signal?.throwIfAborted();
        const subject = `Tensor ${index + 1} of ${nameOf(file)}`;
        const { tokens, ...shape } = shapeOf(info);
        checkSameShape(subject, shape, { layers, hidden });
        checkSentenceSize(subject, Math.max(1, tokens), shape);
        const values = toFloat32(await readSlice(file, info.start, info.end), info.dtype) ?? new Float32Array(0);
        const data = layerAxis === 0 ? tokensFirst(values, layers, tokens, hidden) : values;
        yield { tokens, words: null, data };
        progress?.(index + 1, infos.length);
      }
    },
    close: () => undefined,
  };
}

/** The axis that is as long in every sentence; sentences of one length leave open which it is. */
function layerAxisOf(file: NamedBlob, infos: readonly TensorInfo[]): 0 | 1 {
  const isSame = (axis: 0 | 1) => infos.every(({ shape }) => shape[axis] === infos[0].shape[axis]);
  if (isSame(0) !== isSame(1)) return isSame(0) ? 0 : 1;
  const why = isSame(0) ? 'all are of one shape' : 'both differ between sentences';
  const message = `Nothing says which axis of the tensors in ${nameOf(file)} is that of the layers: ${why}.`;
  throw badFile(message, saveAgain);
}

function tokensFirst(values: Float32Array, layers: number, tokens: number, hidden: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let layer = 0; layer < layers; layer++) {
    for (let token = 0; token < tokens; token++) {
      const from = (layer * tokens + token) * hidden;
      out.set(values.subarray(from, from + hidden), (token * layers + layer) * hidden);
    }
  }
  return out;
}
