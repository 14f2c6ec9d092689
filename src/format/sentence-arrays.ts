/**
 * Activations as one array a sentence: [tokens, layers, hidden], [layers, tokens, hidden] as structural probes have it, or
 * [tokens, hidden] of one layer. Which axis is that of the layers follows from which is as long in every sentence.
 */
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { checkSameShape, checkSentenceSize, type ActivationFile, type SentenceShape } from './activation-file.ts';
import { toFloat32 } from './dtype.ts';
import type { FileTensor } from './row-file.ts';
import type { TensorInfo } from './safetensors.ts';

export interface SentenceArrays {
  file: NamedBlob;
  count: number;
  /** What one of them is called, at the beginning of a sentence: "Tensor 3". */
  subject(index: number): string;
  /** Where it lies. */
  locate(index: number): Promise<FileTensor>;
  /** What writes them so that they can be read. */
  next: string;
}

type LayerAxis = 0 | 1 | null;

/** Headers that are read before the layers' axis is decided, at least. */
const looks = 64;

/** @throws WinnowError `bad-file` for other elements or axes, or where nothing says which axis the layers are. */
export async function sentenceArrays(arrays: SentenceArrays): Promise<ActivationFile> {
  const { file, count, subject, locate, next } = arrays;
  const infoOf = async (index: number): Promise<FileTensor> => {
    const found = await locate(index);
    const { dtype, shape } = found.info;
    const isFloat = ['F16', 'BF16', 'F32', 'F64'].includes(dtype);
    if (isFloat && (shape.length === 2 || shape.length === 3)) return found;
    const message = `${subject(index)} of ${nameOf(file)} is ${dtype} [${shape.join(', ')}]; floats [tokens, layers, neurons] are expected, one array a sentence.`;
    throw badFile(message, next);
  };
  const layerAxis = await layerAxisOf(arrays, infoOf);
  const shapeOf = ({ shape }: TensorInfo): SentenceShape & { tokens: number } => {
    if (layerAxis === null) return { tokens: shape[0], layers: 1, hidden: shape[1] };
    return { tokens: shape[1 - layerAxis], layers: shape[layerAxis], hidden: shape[2] };
  };
  const { layers, hidden } = shapeOf((await infoOf(0)).info);
  return {
    name: file.name ?? 'the file',
    ...{ layers, hidden, columns: null, unit: 'sentence', count },
    async *sentences({ signal, progress } = {}) {
      for (let index = 0; index < count; index++) {
        signal?.throwIfAborted();
        const { file: part, info } = await infoOf(index);
        const name = `${subject(index)} of ${nameOf(file)}`;
        checkAxes(arrays, index, info, layerAxis);
        const { tokens, ...shape } = shapeOf(info);
        checkSameShape(name, shape, { layers, hidden });
        checkSentenceSize(name, Math.max(1, tokens), shape);
        const values = toFloat32(await readSlice(part, info.start, info.end), info.dtype) ?? new Float32Array(0);
        const data = layerAxis === 0 ? swappedAxes(values, layers, tokens, hidden) : values;
        yield { tokens, words: null, data };
        progress?.(index + 1, count);
      }
    },
    close: () => undefined,
  };
}

/** The axis that is as long in every sentence; sentences of one length leave open which it is. null: there is none. */
async function layerAxisOf(arrays: SentenceArrays, infoOf: (index: number) => Promise<FileTensor>): Promise<LayerAxis> {
  const { file, count, next } = arrays;
  const { shape: first } = (await infoOf(0)).info;
  if (first.length === 2) return null;
  const isSame = [true, true];
  for (let index = 1; index < count; index++) {
    const { info } = await infoOf(index);
    checkAxes(arrays, index, info, 0);
    for (const axis of [0, 1]) isSame[axis] &&= info.shape[axis] === first[axis];
    if (index >= looks && isSame[0] !== isSame[1]) break;
  }
  if (isSame[0] !== isSame[1]) return isSame[0] ? 0 : 1;
  const why = isSame[0] ? 'all are of one shape' : 'both differ between sentences';
  throw badFile(`Nothing says which axis of the arrays in ${nameOf(file)} is that of the layers: ${why}.`, next);
}

function checkAxes(
  { file, subject, next }: SentenceArrays,
  index: number,
  { shape }: TensorInfo,
  axis: LayerAxis,
): void {
  if (shape.length === (axis === null ? 2 : 3)) return;
  const message = `${subject(index)} of ${nameOf(file)} is [${shape.join(', ')}], which has other axes than those before it.`;
  throw badFile(message, next);
}

/** [second, first, hidden] of [first, second, hidden]. */
export function swappedAxes(values: Float32Array, first: number, second: number, hidden: number): Float32Array {
  if (first === 1 || second === 1) return values;
  const out = new Float32Array(values.length);
  for (let i = 0; i < first; i++) {
    for (let j = 0; j < second; j++) {
      const from = (i * second + j) * hidden;
      out.set(values.subarray(from, from + hidden), (j * first + i) * hidden);
    }
  }
  return out;
}

/**
 * The order of names that are numbered from 0 without a gap (`arr_0`, `arr_1`, …; `0`, `1`, …); null for any others.
 * @param names whole numbers stand for themselves.
 */
export function numberedNames(names: readonly (string | number)[], pattern: RegExp): number[] | null {
  const numbers = names.map((name) => Number(pattern.exec(String(name))?.[1] ?? NaN));
  const places = new Array<number>(names.length).fill(-1);
  for (const [place, number] of numbers.entries()) if (number < names.length) places[number] = place;
  return names.length > 0 && !places.includes(-1) ? places : null;
}

/** What arrays of one layer each are called. */
export const layerArrayName = /^(?:layers?|hidden_states?)[-_. ]?(\d+)$/i;
/** What arrays of one sentence each are called. */
export const sentenceArrayName = /^(?:arr_|sent(?:ence)?[-_ ]?)?(\d+)$/i;
