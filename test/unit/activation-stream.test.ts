/** A gigabyte of JSON lines passes through: the file is made as it is read, and memory stays where it was. */
import { expect, test } from 'vitest';
import type { NamedBlob } from '../../src/base/bytes.ts';
import { openNeuroxJson } from '../../src/format/neurox-json.ts';

const layers = 13;
const hidden = 768;
const tokens = 10;
const gigabyte = 2 ** 30;

/** A file of one line again and again, of which only the slices that are asked for ever exist. */
function repeated(line: Uint8Array, times: number): NamedBlob {
  const slice = (start: number, end: number): Blob => {
    const bytes = new Uint8Array(end - start);
    for (let at = 0; at < bytes.length;) {
      const from = (start + at) % line.length;
      const piece = line.subarray(from, Math.min(line.length, from + bytes.length - at));
      bytes.set(piece, at);
      at += piece.length;
    }
    return { arrayBuffer: () => Promise.resolve(bytes.buffer) } as unknown as Blob;
  };
  return { size: line.length * times, name: 'train.json', slice } as unknown as NamedBlob;
}

/** Numbers with eight decimals, as NeuroX writes them. */
function lineOfNumbers(): { line: Uint8Array; first: number } {
  const numbers = Array.from({ length: hidden }, (_, index) => (Math.sin(index + 1) * 2).toFixed(8));
  const all = Array.from({ length: layers }, (_, index) => `{"index": ${index}, "values": [${numbers.join(', ')}]}`);
  const features = Array.from({ length: tokens }, () => `{"token": "word", "layers": [${all.join(', ')}]}`);
  const text = `{"linex_index": 0, "features": [${features.join(', ')}]}\n`;
  return { line: new TextEncoder().encode(text), first: Math.fround(Number(numbers[0])) };
}

test('a gigabyte of JSON lines in 192 MB', { timeout: 180_000 }, async () => {
  const { line, first } = lineOfNumbers();
  const times = Math.ceil(gigabyte / line.length);
  const file = await openNeuroxJson(repeated(line, times));
  expect(file).toMatchObject({ layers, hidden });
  const used = (): number => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  const before = used();
  let most = 0;
  let sentences = 0;
  for await (const { tokens: found, data } of file.sentences()) {
    if (found !== tokens || data[0] !== first) throw new Error(`sentence ${sentences} is not as it was written`);
    sentences++;
    most = Math.max(most, used());
  }
  expect(sentences).toBe(times);
  expect(most - before).toBeLessThan(192 * 2 ** 20);
});
