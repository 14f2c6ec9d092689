/**
 * The container of PyTorch before 1.6 (`_use_new_zipfile_serialization=False`): five pickles one behind the other (magic
 * number, protocol, system, structure, storage keys), then for each key the number of elements in 8 bytes and the
 * elements, little-endian.
 */
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { readPickle } from './pickle.ts';
import {
  badCheckpoint,
  pickleLimitBytes,
  saveAsSafetensors,
  TorchRules,
  type TorchContents,
  type TorchStorage,
} from './torch-tensors.ts';

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;
const countBytes = 8;

/** @throws WinnowError `bad-file` for a file that is damaged or no checkpoint. */
export async function readTorchStream(file: NamedBlob): Promise<TorchContents> {
  const bytes = await readSlice(file, 0, Math.min(file.size, pickleLimitBytes));
  const source = { subject: nameOf(file), next: saveAsSafetensors };
  const rules = new TorchRules(source);
  let position = 0;
  const next = (): unknown => {
    const { value, end } = readPickle(bytes, position, rules, source);
    position = end;
    return value;
  };
  if (next() !== magicNumber) throw badCheckpoint(`${nameOf(file)} is a pickle, but not one that torch.save wrote.`);
  if (next() !== protocolVersion) throw badCheckpoint(`${nameOf(file)} has a protocol other than ${protocolVersion}.`);
  const system = next();
  if (!(system instanceof Map) || system.get('little_endian') !== true) {
    throw badCheckpoint(`${nameOf(file)} was saved by a machine that is not little-endian, or does not say.`);
  }
  const value = next();
  const starts = await locateStorages(next(), rules.storages, position, file);
  return {
    value,
    locate: async ({ key }) => {
      const start = starts.get(key);
      if (start === undefined)
        throw badCheckpoint(`${nameOf(file)} does not list storage \`${key}\`, which its tensors use.`);
      return start;
    },
  };
}

/** First byte of each storage that the last pickle lists. */
async function locateStorages(
  keys: unknown,
  storages: ReadonlyMap<string, TorchStorage>,
  start: number,
  file: NamedBlob,
): Promise<Map<string, number>> {
  if (!Array.isArray(keys)) throw badCheckpoint(`${nameOf(file)} has no list of its storages.`);
  const starts = new Map<string, number>();
  let position = start;
  for (const key of keys as unknown[]) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage || starts.has(storage.key)) {
      throw badCheckpoint(`${nameOf(file)} lists a storage that no tensor uses, or one twice.`);
    }
    const { sizeBytes, elementBytes } = storage;
    const count = new DataView((await readSlice(file, position, position + countBytes)).buffer).getBigInt64(0, true);
    if (count !== BigInt(sizeBytes / elementBytes)) {
      const message = `${nameOf(file)} has ${count} numbers in storage \`${storage.key}\`, but its tensors ask for ${sizeBytes / elementBytes}.`;
      throw badCheckpoint(message);
    }
    starts.set(storage.key, position + countBytes);
    position += countBytes + sizeBytes;
    if (position > file.size) {
      const message = `${nameOf(file)} ends ${position - file.size} bytes early: storage \`${storage.key}\` is cut off.`;
      throw badFile(message, 'The file was probably not copied whole. Copy it again.');
    }
  }
  return starts;
}
