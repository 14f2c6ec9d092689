/** Extraction and the cache: order, resume at the missing chunk, damage, a full disk, a second tab. */
import { createStore, get, keys, set } from 'idb-keyval';
import { beforeEach, expect, test, vi } from 'vitest';
import { forget, listKept, openStore, reserve, rowsKept, type ActivationStore } from '../../src/activations/cache.ts';
import { extractActivations } from '../../src/activations/extract.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import { recogniseModel } from '../../src/model/recognise.ts';
import { openEncoder } from '../../src/model/encoder.ts';
import { encodeRows } from '../../src/tokenizer/rows.ts';
import { allRows, countingEncoder, everyRow, request, rows, shape, type Counted } from './activations-fixtures.ts';
import { asBatch, golden, modelFiles } from './model-fixtures.ts';

beforeEach(async () => {
  vi.restoreAllMocks();
  await forget(null);
});

async function extract(store: ActivationStore, encoder: Counted = countingEncoder()) {
  const activations = await extractActivations(rows, () => Promise.resolve(encoder), store);
  return { activations, computed: encoder.rowsDone };
}

/** What a later page load finds: a new store on the same key. */
async function again(key: string) {
  const warnings: string[] = [];
  const store = await openStore(request(key, warnings));
  const { activations, computed } = await extract(store);
  const all = await allRows(activations);
  await store.close();
  return { all, computed, warnings };
}

test('rows come back in the order in which they were given', async () => {
  const store = await openStore(request('order', []));
  const { activations, computed } = await extract(store);
  expect(await allRows(activations)).toEqual(everyRow);
  expect(computed).toBe(shape.rows);
  expect([activations.blockRows, activations.blockCount]).toEqual([5, 5]);
  await store.close();
});

test('a second run on the same inputs extracts nothing', async () => {
  const store = await openStore(request('twice', []));
  await extract(store);
  await store.close();
  const second = await openStore(request('twice', []));
  const open = vi.fn(() => Promise.resolve(countingEncoder()));
  const progress = vi.fn();
  expect(await allRows(await extractActivations(rows, open, second, { progress }))).toEqual(everyRow);
  expect(open).not.toHaveBeenCalled();
  expect(progress).toHaveBeenCalledExactlyOnceWith(shape.rows, shape.rows, 1);
  await second.close();
});

test('rows that are given are not run, the others once; progress tells of the work, not the rows', async () => {
  const given = [1, 2, 7, 20];
  const places = new Int32Array(shape.rows).fill(-1);
  given.forEach((row, index) => (places[row] = index));
  const sample = inMemory(
    Float32Array.from(given.flatMap((row) => everyRow[row])),
    { ...shape, rows: given.length },
    3,
  );
  const activations = vi.fn((tell: (share: number) => void) => {
    tell(1);
    return Promise.resolve(sample);
  });
  const store = await openStore(request('given', []));
  const encoder = countingEncoder();
  const told: [number, number | undefined][] = [];
  const made = await extractActivations(rows, () => Promise.resolve(encoder), store, {
    given: { places, activations },
    progress: (done, _, share) => told.push([done, share]),
  });
  expect(await allRows(made)).toEqual(everyRow);
  expect(encoder.rowsDone).toBe(shape.rows - given.length);
  expect(told[0]).toEqual([0, 0]);
  // Rows 1, 2, 7 and 20 have 2 + 3 + 1 + 7 of all tokens.
  expect(told[1]).toEqual([4, expect.closeTo(13 / rows.ids.length)]);
  expect(told.at(-1)).toEqual([shape.rows, 1]);
  expect(told.map(([, share]) => share)).toEqual(
    told.map(([, share]) => share).toSorted((a, b) => (a ?? 0) - (b ?? 0)),
  );
  await store.close();
  const second = await openStore(request('given', []));
  await extractActivations(rows, () => Promise.reject(new Error('nothing is missing')), second, {
    given: { places, activations },
  });
  expect(activations).toHaveBeenCalledOnce();
  await second.close();
});

test('a chunk is written while the next one runs, and all are when the extraction is over', async () => {
  const store = await openStore(request('behind', []));
  const encoder = countingEncoder();
  const ran: number[] = [];
  const put = store.put.bind(store);
  vi.spyOn(store, 'put').mockImplementation(async (chunk, data) => {
    const before = encoder.rowsDone;
    await vi.waitFor(() => expect(chunk === store.chunkCount - 1 || encoder.rowsDone > before).toBe(true));
    ran.push(chunk);
    await put(chunk, data);
  });
  const { activations } = await extract(store, encoder);
  expect(ran).toEqual([0, 1, 2, 3, 4]);
  expect(await rowsKept('behind')).toBe(shape.rows);
  expect(await allRows(activations)).toEqual(everyRow);
  await store.close();
});

test('a run that was cut short resumes at the missing chunk', async () => {
  const store = await openStore(request('resume', []));
  await expect(extract(store, countingEncoder(12))).rejects.toThrow('the tab was closed');
  await store.close();
  expect(await rowsKept('resume')).toBe(10);
  expect(await again('resume')).toEqual({ all: everyRow, computed: shape.rows - 10, warnings: [] });
});

test('an abort keeps the finished chunks', async () => {
  const store = await openStore(request('abort', []));
  const stop = new AbortController();
  const progress = (done: number) => {
    if (done > 10) stop.abort();
  };
  const run = extractActivations(rows, () => Promise.resolve(countingEncoder()), store, {
    signal: stop.signal,
    progress,
  });
  await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  await store.close();
  expect(await rowsKept('abort')).toBe(15);
  expect((await again('abort')).computed).toBe(shape.rows - 15);
});

const records = () => createStore('winnow-activations', 'records');

test.each([
  ['damaged', (data: ArrayBuffer) => new Uint8Array(data).map((byte, index) => (index === 9 ? byte ^ 1 : byte)).buffer],
  ['short', (data: ArrayBuffer) => data.slice(4)],
  ['emptied', () => undefined],
])('a %s chunk counts as missing', async (_, damage) => {
  const store = await openStore(request('damage', []));
  await extract(store);
  await store.close();
  const record = await get<{ data: ArrayBuffer }>('chunk:damage:2', records());
  if (!record) throw new Error('the chunk is not where this test looks for it');
  await set('chunk:damage:2', { ...record, data: damage(record.data) }, records());
  expect(await again('damage')).toEqual({ all: everyRow, computed: 5, warnings: [] });
  expect((await again('damage')).computed).toBe(0);
});

test.each([
  ['number', 'chunk:damage:1', 5],
  ['key', 'chunk:other:2', 5],
])('a whole chunk under another %s counts as missing', async (_, elsewhere, computed) => {
  for (const key of ['damage', 'other']) {
    const store = await openStore(request(key, []));
    await extract(store);
    await store.close();
  }
  await set('chunk:damage:2', await get<unknown>(elsewhere, records()), records());
  expect(await again('damage')).toEqual({ all: everyRow, computed, warnings: [] });
});

test('what an earlier version kept is not read, and thrown away', async () => {
  for (const key of ['former', 'past']) {
    const store = await openStore(request(key, []));
    await extract(store);
    await store.close();
    const manifest = await get<object>(`manifest:${key}`, records());
    await set(`manifest:${key}`, { ...manifest, version: 1 }, records());
  }
  expect(await again('former')).toEqual({ all: everyRow, computed: shape.rows, warnings: [] });
  expect((await listKept()).map(({ key }) => key)).toEqual(['former']);
  expect((await keys<string>(records())).filter((name) => name.includes('past'))).toEqual([]);
});

test('a chunk that goes away while it is needed gives a sentence, and the next run extracts it', async () => {
  const store = await openStore(request('gone', [], { memoryBytes: 0 }));
  const { activations } = await extract(store);
  await store.close();
  await set('chunk:gone:1', 'nothing', records());
  await expect(activations.block(1)).rejects.toMatchObject({ code: 'unreadable-file' });
  expect((await again('gone')).computed).toBe(5);
});

/** Lets `good` chunks through and then fails as Chrome does on a full disk: the write succeeds, its transaction aborts. */
function fillDisk(good: number) {
  const put = IDBObjectStore.prototype.put;
  let count = 0;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown, key) {
    const chunk = typeof key === 'string' && key.startsWith('chunk:');
    if (chunk) count += 1;
    const written = put.call(this, value, key);
    if (chunk && count > good) {
      const full = new DOMException('The current transaction exceeded its quota limitations.', 'QuotaExceededError');
      written.addEventListener('success', () => {
        Object.defineProperty(this.transaction, 'error', { value: full });
        this.transaction.abort();
      });
    }
    return written;
  });
}

test('storage that fills up: the run goes on in memory, says so once, and keeps what it could', async () => {
  fillDisk(2);
  const warnings: string[] = [];
  const store = await openStore(request('full', warnings, { memoryBytes: 0 }));
  const { activations } = await extract(store);
  expect(await allRows(activations)).toEqual(everyRow);
  await store.close();
  expect(warnings).toEqual([
    "The browser's storage is full: the run goes on in memory; 10 of 23 rows are kept for the next run.",
  ]);
  vi.restoreAllMocks();
  expect((await again('full')).computed).toBe(13);
});

test('storage that is full of older activations: the one not used for longest makes room', async () => {
  await again('oldest');
  await again('older');
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown, key) {
    if (key === 'chunk:new:3' && !removed.has('oldest')) {
      removed.add('oldest');
      throw new DOMException('Full.', 'QuotaExceededError');
    }
    return put.call(this, value, key);
  });
  const removed = new Set<string>();
  const { all, warnings } = await again('new');
  expect(all).toEqual(everyRow);
  expect(warnings).toEqual([
    'The browser\'s storage was full: the kept activations "title of oldest" were removed to make room.',
  ]);
  expect((await listKept()).map(({ key }) => key)).toEqual(['new', 'older']);
});

test('storage that is full of what a run reads: nothing makes room, and the numbers stay', async () => {
  const first: string[] = [];
  await reserve('read');
  const read = await openStore(request('read', first, { memoryBytes: 0 }));
  const { activations } = await extract(read);
  await read.close();
  fillDisk(0);
  const { all, warnings } = await again('further');
  expect(await allRows(activations)).toEqual(everyRow);
  expect(all).toEqual(everyRow);
  expect(first).toEqual([]);
  expect(warnings).toEqual([
    "The browser's storage is full: the run goes on in memory; 0 of 23 rows are kept for the next run.",
  ]);
});

test('a second tab on the same activations keeps its own in memory', async () => {
  const first = await openStore(request('tabs', []));
  const warnings: string[] = [];
  const second = await openStore(request('tabs', warnings));
  expect(warnings).toEqual(['Another tab extracts the same activations; this tab keeps its own in memory.']);
  expect(await allRows((await extract(second)).activations)).toEqual(everyRow);
  await second.close();
  expect(await rowsKept('tabs')).toBe(0);
  await expect(forget('tabs')).rejects.toMatchObject({ code: 'bad-option' });
  expect((await extract(first)).computed).toBe(shape.rows);
  await first.close();
  expect(await rowsKept('tabs')).toBe(shape.rows);
});

test('what is kept is listed, newest first, and forgotten', async () => {
  await again('a');
  await again('b');
  expect(await listKept()).toMatchObject([
    { key: 'b', title: 'title of b', rows: 23, rowsDone: 23, bytes: 23 * 8 * 4 },
    { key: 'a' },
  ]);
  await forget('a');
  expect((await listKept()).map(({ key }) => key)).toEqual(['b']);
  expect((await again('a')).computed).toBe(shape.rows);
  await forget(null);
  expect(await listKept()).toEqual([]);
});

test('activations of another shape under the same key are not used', async () => {
  await again('shape');
  const warnings: string[] = [];
  const store = await openStore(request('shape', warnings, { shape: { ...shape, rows: 22 } }));
  expect(await store.has(0)).toBe(false);
  await store.close();
});

test('a value that is no number is an error that names row and layer', async () => {
  const store = await openStore(request('nan', []));
  const encoder = countingEncoder(Infinity, (sum) => (sum === 107 + 5 / 16 ? NaN : sum));
  const message = 'Layer 1 of the model gives values that are not numbers: its weights are damaged or too large.';
  await expect(extract(store, encoder)).rejects.toMatchObject({ code: 'bad-model', message });
  await store.close();
});

test('a real model: extraction in batches equals each text alone, in the order given', async () => {
  const { source } = await recogniseModel(await modelFiles('bert'));
  const tokenizer = source?.tokenizer;
  if (!source || !tokenizer) throw new Error('the model was not recognised');
  const { texts, maxLength } = await golden('bert');
  const many = [...texts, ...texts.toReversed(), ...texts];
  const encoded = await encodeRows(tokenizer, many, { maxLength, pooling: 'first' });
  const realShape = { rows: many.length, layers: 4, hidden: 32 };
  const store = await openStore(request('real', [], { shape: realShape, chunkBytes: 10 * 128 * 4 }));
  const open = () => openEncoder(source, { backend: 'wasm', threads: 1 });
  const activations = await extractActivations(encoded, open, store);
  await store.close();
  const encoder = await open();
  for (let block = 0; block < activations.blockCount; block += 1) {
    const { start, rows: count, data } = await activations.block(block);
    for (let row = 0; row < count; row += 1) {
      const alone = await encoder.run(asBatch([many[start + row]]));
      const found = data.subarray(row * 128, (row + 1) * 128);
      found.forEach((value, index) => expect(value).toBeCloseTo(alone[index], 4));
    }
  }
  await encoder.dispose();
});
