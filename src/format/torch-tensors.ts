/**
 * What a pickle of PyTorch may hold: the tensors of a state dict, as PyTorch's own `_weights_only_unpickler.py` allows
 * them, and plain data beside them, which is thrown away. A tensor comes as a description: which storage, where in it, shape and strides in elements.
 * Whether the bytes are there is for the container to say.
 */
import { badFile, type WinnowError } from '../base/errors.ts';
import { bitsOf, isSize, isSizes, type Dtype } from './dtype.ts';
import { isHarmless } from './pickle-harmless.ts';
import { PickleGlobal, PickleObject, type PickleRules } from './pickle.ts';
import type { PickleSource } from './pickle-bytes.ts';

export interface TorchStorage {
  key: string;
  sizeBytes: number;
  elementBytes: number;
}

export class TorchTensor {
  /** @param offset of the first element, in elements from the start of the storage */
  constructor(
    readonly storage: TorchStorage,
    readonly dtype: Dtype,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** A storage as a tensor is built on it: all of it, or a view as old files have them. */
class StorageView {
  /**
   * @param dtype null where the tensor says it
   * @param offset in elements
   */
  constructor(
    readonly storage: TorchStorage,
    readonly dtype: Dtype | null,
    readonly offset: number,
  ) {}
}

/** What a container gives: the unpickled value, and the first byte of a storage in the file. */
export interface TorchContents {
  value: unknown;
  /** @throws WinnowError `bad-file` when the storage is not there whole. */
  locate(storage: TorchStorage): Promise<number>;
}

/** Longest pickle; that of BERT large has some 100 kB. */
export const pickleLimitBytes = 16 * 2 ** 20;
export const saveAsSafetensors =
  'Save the model with save_pretrained(…, safe_serialization=True) and use model.safetensors.';

export function badCheckpoint(message: string): WinnowError {
  return badFile(message, saveAsSafetensors);
}

const storageTypes = new Map<string, Dtype | null>([
  ['torch.DoubleStorage', 'F64'],
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ShortStorage', 'I16'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
  ['torch.ComplexFloatStorage', 'C64'],
  ['torch.storage.UntypedStorage', null],
]);

const dtypes = new Map<string, Dtype>([
  ['torch.float64', 'F64'],
  ['torch.float32', 'F32'],
  ['torch.float16', 'F16'],
  ['torch.bfloat16', 'BF16'],
  ['torch.uint64', 'U64'],
  ['torch.int64', 'I64'],
  ['torch.uint32', 'U32'],
  ['torch.int32', 'I32'],
  ['torch.uint16', 'U16'],
  ['torch.int16', 'I16'],
  ['torch.int8', 'I8'],
  ['torch.uint8', 'U8'],
  ['torch.bool', 'BOOL'],
  ['torch.float8_e5m2', 'F8_E5M2'],
  ['torch.float8_e4m3fn', 'F8_E4M3'],
  ['torch.float8_e8m0fnu', 'F8_E8M0'],
]);

/** Dictionaries of other classes; the factory of a defaultdict is not called. */
const dictionaries = [
  ...['collections.defaultdict', 'collections.Counter', 'builtins.dict', '__builtin__.dict'],
  ...['pytorch_lightning.utilities.parsing.AttributeDict', 'lightning.pytorch.utilities.parsing.AttributeDict'],
  ...['lightning_fabric.utilities.data.AttributeDict', 'lightning.fabric.utilities.data.AttributeDict'],
];

function dictionaryOf(args: readonly unknown[]): Map<unknown, unknown> {
  const given = args.find((arg) => arg instanceof Map);
  return new Map(given ?? []);
}

/** PyTorch itself stops at 64 axes. */
const axisLimit = 64;

export class TorchRules implements PickleRules {
  /** Every storage that the pickle refers to, by key. */
  readonly storages = new Map<string, TorchStorage>();
  private readonly functions = new Map<string, (args: readonly unknown[]) => unknown>([
    [
      'collections.OrderedDict',
      ({ length }) => (length === 0 ? new Map() : this.fail('holds an ordered dictionary with arguments')),
    ],
    ...dictionaries.map((name) => [name, (args: readonly unknown[]) => dictionaryOf(args)] as const),
    ['torch.Size', ([sizes]) => sizes],
    ['torch._utils._rebuild_tensor', (args) => this.tensor(args, null)],
    ['torch._utils._rebuild_tensor_v2', (args) => this.tensor(args, null)],
    ['torch._utils._rebuild_tensor_v3', (args) => this.tensor(args, args[6])],
    ['torch._utils._rebuild_parameter', ([tensor]) => tensor],
    ['torch._utils._rebuild_parameter_with_state', ([tensor]) => tensor],
  ]);

  constructor(private readonly source: PickleSource) {}

  admit(name: string): void {
    if (this.functions.has(name) || isHarmless(name) || storageTypes.has(name) || dtypes.has(name)) return;
    const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
    this.fail(`asks for \`${shown}\`, which could run code; Winnow reads nothing but tensors from a pickle`);
  }

  call(name: string, args: readonly unknown[]): unknown {
    if (!this.functions.has(name) && isHarmless(name)) return new PickleObject();
    const imitation = this.functions.get(name) ?? this.fail(`calls \`${name}\`, which is no function`);
    return imitation(args);
  }

  /** ("storage", type, key, device, elements), in old files also (view key, offset, elements) or nothing. */
  persistent(id: unknown): StorageView {
    const [kind, type, key, , elements, view] = Array.isArray(id) ? (id as unknown[]) : [];
    const dtype = type instanceof PickleGlobal ? storageTypes.get(type.name) : undefined;
    if (kind !== 'storage' || dtype === undefined || typeof key !== 'string' || !isSize(elements)) {
      this.fail('refers to something that is no storage of numbers');
    }
    const elementBytes = dtype === null ? 1 : bitsOf(dtype) / 8;
    const storage = { key, elementBytes, sizeBytes: elements * elementBytes };
    const known = this.storages.get(key);
    if (known && (known.elementBytes !== elementBytes || known.sizeBytes !== storage.sizeBytes)) {
      this.fail(`gives storage \`${key}\` ${known.sizeBytes} bytes and ${storage.sizeBytes} bytes`);
    }
    this.storages.set(key, known ?? storage);
    const offset: unknown = Array.isArray(view) ? view[1] : 0;
    if (!isSize(offset)) this.fail(`has a view of storage \`${key}\` that begins nowhere`);
    return new StorageView(known ?? storage, dtype, offset);
  }

  private tensor(args: readonly unknown[], type: unknown): TorchTensor {
    const [view, offset, shape, strides] = args;
    if (!(view instanceof StorageView)) this.fail('holds a tensor without a storage');
    const dtype = type instanceof PickleGlobal ? dtypes.get(type.name) : view.dtype;
    if (!dtype) this.fail('holds a tensor without a number format');
    if (!isShape(shape) || !isShape(strides) || shape.length !== strides.length || !isSize(offset)) {
      this.fail('holds a tensor whose shape, strides and offset are not whole numbers');
    }
    return new TorchTensor(view.storage, dtype, view.offset + offset, shape, strides);
  }

  private fail(fault: string): never {
    throw badFile(`${this.source.subject} ${fault}.`, this.source.next);
  }
}

function isShape(value: unknown): value is number[] {
  return isSizes(value) && value.length <= axisLimit;
}
