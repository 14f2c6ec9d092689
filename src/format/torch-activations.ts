/**
 * Activations that `torch.save` wrote: one tensor [rows, layers, hidden] or [rows, columns], a list of one tensor a
 * sentence (`sentence-arrays.ts`), a dictionary of such tensors by number or of one [rows, hidden] a layer (`layer_0`, …),
 * or one with such a thing under `activations` or another usual name (and `lengths`). What a pickle may hold is what
 * `torch-tensors.ts` allows: nothing of it is run.
 */
import { nameOf, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { openArrays } from './activation-arrays.ts';
import type { ActivationFile } from './activation-file.ts';
import { joinLayers, type NumberedLayer } from './joined-layers.ts';
import { rowFile, type FileTensor } from './row-file.ts';
import type { TensorInfo } from './safetensors.ts';
import { layerArrayName, numberedNames, sentenceArrayName, sentenceArrays } from './sentence-arrays.ts';
import { tensorPlace, readTorchContents } from './torch-checkpoint.ts';
import { TorchTensor, type TorchContents } from './torch-tensors.ts';

type Held =
  { one: TorchTensor } | { sentences: TorchTensor[] } | { layers: TorchTensor[] } | { named: Map<string, TorchTensor> };

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
  const locate = async (tensor: TorchTensor, subject: string): Promise<FileTensor> => ({
    file,
    info: await infoOf(tensor, subject, contents, file),
  });
  if ('layers' in held) {
    const parts: NumberedLayer[] = [];
    for (const [index, tensor] of held.layers.entries()) {
      const activations = await locate(tensor, `Layer ${index}`);
      parts.push({ index, file: rowFile({ activations, layers: null, lengths: null, words: null }) });
    }
    return joinLayers(file.name ?? 'the file', parts);
  }
  const { sentences } = held;
  const subject = (index: number): string => `Tensor ${index + 1}`;
  return sentenceArrays({
    ...{ file, count: sentences.length, subject, next: saveAgain },
    locate: (index) => locate(sentences[index], subject(index)),
  });
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
  return value instanceof Map ? heldInMap(value as ReadonlyMap<unknown, unknown>) : null;
}

/** What people call the one thing that matters. */
const ownNames = ['activations', 'embeddings', 'hidden_states', 'features', 'representations', 'vectors'];

/** A state dict names its tensors otherwise: with dots, and none by a number. */
function heldInMap(map: ReadonlyMap<unknown, unknown>): Held | null {
  const names = [...map.keys()].map((key) => (typeof key === 'number' ? key : String(key)));
  if (names.some((name) => typeof name === 'string' && name.includes('.'))) return null;
  const values = [...map.values()];
  const own = ownNames.filter((name) => map.has(name));
  if (own.length === 1) {
    const tensors = [...map].filter((entry): entry is [string, TorchTensor] => entry[1] instanceof TorchTensor);
    const inside = map.get(own[0]);
    if (!(inside instanceof TorchTensor)) return heldIn(inside);
    return inside.shape.length < 2
      ? null
      : { named: new Map(tensors.map(([name, tensor]) => [name === own[0] ? 'activations' : name, tensor])) };
  }
  if (values.length > sentenceLimit || !values.every((value) => value instanceof TorchTensor)) return null;
  const layers = numberedNames(names, layerArrayName);
  if (layers !== null) return { layers: layers.map((place) => values[place]) };
  const sentences = numberedNames(names, sentenceArrayName);
  return sentences && { sentences: sentences.map((place) => values[place]) };
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
