import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decodeText, readSlice, readText } from '../../src/base/bytes.ts';
import { isAbort } from '../../src/base/errors.ts';
import { Eta, throttle } from '../../src/base/eta.ts';
import { sha256 } from '../../src/base/hash.ts';
import { sha256Text } from '../../src/base/text-hash.ts';
import { linearStart, Mt19937 } from '../../src/base/random.ts';
import { errorOf } from '../fixtures/errors.ts';
import { fileOf, shrinking, vanishing } from '../fixtures/files.ts';

describe('reading a slice', () => {
  test('gives the bytes asked for', async () => {
    expect(await readSlice(fileOf('a', 'winnow'), 1, 4)).toEqual(new TextEncoder().encode('inn'));
    expect(await readSlice(new Blob(['winnow']), 6, 6)).toHaveLength(0);
  });

  test.each([
    [0, 7],
    [-1, 2],
    [3, 2],
    [0.5, 2],
    [NaN, 2],
  ])('refuses the range %s to %s', async (start, end) => {
    const error = await errorOf(readSlice(fileOf('a.bin', 'winnow'), start, end));
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain('`a.bin`');
    expect(error.message).toContain('6 bytes');
  });

  test.each([vanishing('dev.tsv', 'x'.repeat(9)), shrinking('dev.tsv', 'x'.repeat(9))])(
    'says that the file vanished or changed',
    async (file) => {
      const error = await errorOf(readSlice(file, 0, 9));
      expect(error).toMatchObject({
        code: 'unreadable-file',
        message: '`dev.tsv` can no longer be read: it was moved, deleted or changed after you opened it.',
        next: 'Put the file back and open it again.',
      });
      expect(error.cause).toBeInstanceOf(Error);
    },
  );
});

describe('text', () => {
  test('drops a byte order mark at the start of the file alone', () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x61]);
    expect(decodeText(bytes, { name: 'a' })).toBe('a');
    expect(decodeText(bytes, { name: 'a' }, { position: 10 })).toBe('\ufeffa');
  });

  test.each([
    ['a Latin-1 letter', [0x61, 0x0a, 0x62, 0xe9, 0x63], 2, 3],
    ['a character cut off at the end', [0x61, 0xc3], 1, 1],
    ['a UTF-16 file', [0xff, 0xfe, 0x61, 0x00], 1, 0],
  ])('names the place of %s', async (_, bytes, line, position) => {
    const error = await errorOf(readText(fileOf('train.tsv', new Uint8Array(bytes)), 100));
    expect(error.code).toBe('bad-file');
    expect(error.message).toContain(`line ${line} holds a byte that cannot stand there (byte ${position} of the file)`);
  });

  test('refuses a file beyond the limit, unread', async () => {
    const error = await errorOf(readText(vanishing('config.json', 'x'.repeat(11)), 10));
    expect(error.message).toBe('`config.json` has 11 bytes, more than the 10 such a file may have.');
  });
});

describe('sha256', () => {
  const bytes = new Uint8Array(20 * 1024 * 1024 + 3).map((_, i) => i % 251);
  const file = fileOf('model.safetensors', bytes);

  test("is Node's, with progress to the end", async () => {
    const progress = vi.fn();
    expect(await sha256(file, { progress })).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(progress.mock.lastCall).toEqual([bytes.length, bytes.length]);
    expect(progress.mock.calls.length).toBeGreaterThan(2);
  });

  test('of nothing and of a text', async () => {
    expect(await sha256(fileOf('empty', ''))).toBe(createHash('sha256').digest('hex'));
    expect(await sha256Text('naïve')).toBe(createHash('sha256').update('naïve').digest('hex'));
  });

  test('stops when aborted', async () => {
    const controller = new AbortController();
    const work = sha256(file, { signal: controller.signal, progress: () => controller.abort() });
    await expect(work).rejects.toSatisfy(isAbort);
  });

  test('says that a file vanished', async () => {
    expect((await errorOf(sha256(vanishing('model.safetensors', 'abc')))).code).toBe('unreadable-file');
  });
});

describe('Eta', () => {
  /** Samples at the given seconds. */
  function paceOf(samples: [seconds: number, done: number][], total: number) {
    let now = 0;
    const eta = new Eta(() => now);
    return samples.map(([seconds, done]) => {
      now = seconds * 1000;
      return eta.sample(done, total);
    });
  }

  test('is silent in the first moments, then steady', () => {
    const samples = Array.from({ length: 31 }, (_, i): [number, number] => [i, i * 50]);
    const paces = paceOf(samples, 10_000);
    expect(paces[0]).toEqual({ rate: null, secondsLeft: null });
    expect(paces[1]).toEqual({ rate: null, secondsLeft: null });
    expect(paces[30].rate).toBeCloseTo(50, 6);
    expect(paces[30].secondsLeft).toBeCloseTo((10_000 - 1500) / 50, 6);
  });

  test('does not count what was kept from before', () => {
    const paces = paceOf(
      [
        [0, 60_000],
        [5, 60_100],
      ],
      60_200,
    );
    expect(paces[1].rate).toBeCloseTo(20, 6);
    expect(paces[1].secondsLeft).toBeCloseTo(5, 6);
  });

  test('follows a change of pace, and ends at nothing left', () => {
    const slow = Array.from({ length: 20 }, (_, i): [number, number] => [i, i * 100]);
    const fast = Array.from({ length: 60 }, (_, i): [number, number] => [20 + i, 2000 + i * 1000]);
    const paces = paceOf([...slow, ...fast, [80, 100_000]], 100_000);
    expect(paces[78].rate).toBeGreaterThan(900);
    expect(paces.at(-1)?.secondsLeft).toBe(0);
  });

  test('keeps its head between large pieces', () => {
    const samples = Array.from({ length: 700 }, (_, i): [number, number] => [i, Math.floor(i / 120)]);
    const paces = paceOf(samples, 6);
    for (let second = 150; second < 600; second += 10) {
      const ratio = paces[second].secondsLeft! / (720 - second);
      expect(ratio, `second ${second}`).toBeGreaterThan(0.5);
      expect(ratio, `second ${second}`).toBeLessThan(3);
    }
  });

  test('has no rate while nothing moves or the work starts again', () => {
    const paces = paceOf(
      [
        [0, 0],
        [60, 0],
        [61, 50],
        [62, 10],
      ],
      100,
    );
    expect(paces[1]).toEqual({ rate: null, secondsLeft: null });
    expect(paces[3]).toEqual({ rate: null, secondsLeft: null });
  });
});

describe('throttle', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('lets the first and at most one a tenth of a second through, the last always', () => {
    const seen: number[] = [];
    const gate = throttle<number>((value) => seen.push(value));
    for (let i = 0; i < 990; i++) {
      gate.push(i);
      vi.advanceTimersByTime(1);
    }
    expect(seen[0]).toBe(0);
    expect(seen.length).toBeLessThanOrEqual(10);
    vi.advanceTimersByTime(100);
    expect(seen.at(-1)).toBe(989);
    vi.advanceTimersByTime(1000);
    expect(seen.filter((value) => value === 989)).toHaveLength(1);
  });

  test('flush delivers what waits at once, and only once', () => {
    const seen: string[] = [];
    const gate = throttle<string>((value) => seen.push(value));
    gate.push('first');
    gate.push('second');
    gate.flush();
    gate.flush();
    vi.advanceTimersByTime(1000);
    expect(seen).toEqual(['first', 'second']);
  });
});

describe('random', () => {
  test.each([-1, 1.5, NaN, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => new Mt19937(seed)).toThrow(RangeError);
  });

  test('has no choice among nothing', () => {
    expect(() => new Mt19937(0).choice([])).toThrow(RangeError);
  });

  test('starts a probe within one over the root of its features', () => {
    const { weights, bias } = linearStart(7, 400, 3);
    expect(Math.max(...weights.map(Math.abs), ...bias.map(Math.abs))).toBeLessThanOrEqual(Math.fround(1 / 20));
  });
});
