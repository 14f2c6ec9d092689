/**
 * The container of PyTorch 1.6 and later: a zip archive of stored entries, `NAME/data.pkl` with the structure and
 * `NAME/data/KEY` with the bytes of each storage, little-endian.
 */
import { nameOf, readSlice, type NamedBlob } from '../base/bytes.ts';
import { readPickle } from './pickle.ts';
import { badCheckpoint, pickleLimitBytes, saveAsSafetensors, TorchRules, type TorchContents } from './torch-tensors.ts';
import { locateEntry, readZipDirectory, type ZipEntry } from './zip.ts';

/** @throws WinnowError `bad-file` for an archive that is damaged or no checkpoint. */
export async function readTorchZip(file: NamedBlob): Promise<TorchContents> {
  const entries = await readZipDirectory(file);
  const pickle = [...entries.values()].find(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  if (!pickle) {
    throw badCheckpoint(
      `${nameOf(file)} is a zip archive, but not one of PyTorch: it has no \`data.pkl\` in a folder.`,
    );
  }
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  await checkByteOrder(entries.get(`${folder}byteorder`), file);
  const bytes = await readEntry(pickle, pickleLimitBytes, file);
  const source = { subject: nameOf(file), next: saveAsSafetensors };
  const { value } = readPickle(bytes, 0, new TorchRules(source), source);
  return { value, locate: locator(entries, folder, file) };
}

/** Files from before PyTorch 2.1 do not say; they are little-endian. */
async function checkByteOrder(entry: ZipEntry | undefined, file: NamedBlob): Promise<void> {
  if (!entry) return;
  const order = new TextDecoder().decode(await readEntry(entry, 16, file));
  if (order === 'little') return;
  throw badCheckpoint(
    `${nameOf(file)} was saved in the byte order ${JSON.stringify(order)}, and Winnow reads "little".`,
  );
}

async function readEntry(entry: ZipEntry, limitBytes: number, file: NamedBlob): Promise<Uint8Array> {
  const { name, sizeBytes } = entry;
  const { start, end } = await locateEntry(file, entry);
  if (sizeBytes > limitBytes) {
    throw badCheckpoint(
      `${nameOf(file)} holds \`${name}\` of ${sizeBytes} bytes, more than the ${limitBytes} it may have.`,
    );
  }
  return readSlice(file, start, end);
}

function locator(entries: ReadonlyMap<string, ZipEntry>, folder: string, file: NamedBlob): TorchContents['locate'] {
  const starts = new Map<string, number>();
  return async ({ key, sizeBytes }) => {
    const known = starts.get(key);
    if (known !== undefined) return known;
    const name = `${folder}data/${key}`;
    const entry = entries.get(name);
    if (!entry) throw badCheckpoint(`${nameOf(file)} holds no \`${name}\`, which its tensors are stored in.`);
    const { start, end } = await locateEntry(file, entry);
    if (end - start !== sizeBytes) {
      throw badCheckpoint(
        `${nameOf(file)} holds \`${name}\` of ${end - start} bytes, but its tensors ask for ${sizeBytes}.`,
      );
    }
    starts.set(key, start);
    return start;
  };
}
