/** Damages a file on the disk in one way that a person's file may be damaged. */
import { readFile, writeFile } from 'node:fs/promises';

interface Tensor {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

export type Header = Record<string, Tensor>;

/** A tensor of the header; a fixture without it is another fixture. */
export function tensorOf(header: Header, name: string): Tensor {
  const tensor = header[name];
  if (!tensor) throw new Error(`the fixture has no tensor ${name}`);
  return tensor;
}

/** Writes a safetensors file again with a changed header; its data stays as it is. */
export async function changeHeader(file: string, change: (header: Header) => void): Promise<void> {
  const bytes = await readFile(file);
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, end)) as Header;
  change(header);
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(file, Buffer.concat([length, text, bytes.subarray(end)]));
}

/** Changes fields of a JSON file; undefined takes a field out. */
export async function changeJson(file: string, change: Record<string, unknown>): Promise<void> {
  const value = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...value, ...change }));
}
