/** What differs between Node and a browser in the data room: gzip streams. */
import { expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { recogniseData } from '../../src/data/recognise.ts';
import { readLines } from '../../src/format/lines.ts';

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

async function lineCount(file: File): Promise<number> {
  let count = 0;
  for await (const { lines } of readLines(file)) count += lines.length;
  return count;
}

test('packed files are read', async () => {
  const bytes = await gzip('text,label\na,good\nb,bad\nc,good\n');
  const files = ['train', 'test'].map((role) => ({
    path: `${role}.csv.gz`,
    file: new File([bytes], `${role}.csv.gz`),
  }));
  const { card, missing } = await recogniseData(files);
  expect(missing).toEqual([]);
  expect(card?.files.map(({ rows }) => rows)).toEqual([3, 3]);
});

test('a damaged one, one with something behind its end and a bomb are refused', async () => {
  const whole = await gzip('some line\n'.repeat(5000));
  const bomb = await gzip('a\n'.repeat(100_000_000));
  for (const bytes of [whole.slice(0, -5), new Uint8Array([...whole, 1, 2, 3]), bomb]) {
    await expect(lineCount(new File([bytes], 'x.gz'))).rejects.toBeInstanceOf(WinnowError);
  }
});
