import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { standardStream } from '../../headless/standard-stream.ts';

const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });

test('what is written is flushed in its order', async () => {
  let text = '';
  const slow = new Writable({
    write: (chunk: Buffer, _, done) => setTimeout(() => done(void (text += chunk.toString())), 5),
  });
  const stream = standardStream(slow);
  for (const word of ['one ', 'two ', 'three']) stream.write(word);
  expect(await stream.flush()).toBeNull();
  expect(text).toBe('one two three');
});

test('a closed pipe throws nothing, takes nothing more and is told at the end', async () => {
  let writes = 0;
  const pipe = new Writable({
    write: (_chunk, _encoding, done) => {
      writes++;
      done(broken);
    },
  });
  const stream = standardStream(pipe);
  stream.write('one');
  await new Promise((resolve) => setTimeout(resolve, 10));
  stream.write('two');
  expect(await stream.flush()).toBe(broken);
  expect(writes).toBe(1);
});

test('a file on a full disk, which throws while it is written, is told at the end', async () => {
  const file = Object.assign(new Writable(), {
    write: () => {
      throw broken;
    },
  });
  const stream = standardStream(file);
  stream.write('one');
  expect(await stream.flush()).toBe(broken);
});
