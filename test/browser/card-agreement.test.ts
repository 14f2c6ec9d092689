/** A graphics card is compared with the processor before a run relies on it, and left where it computes something else. */
import { clear, entries } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { forget } from '../../src/activations/cache.ts';
import { openDatabase } from '../../src/base/database.ts';
import { probeDifference } from '../../src/compute/agreement.ts';
import type { KernelText } from '../../src/compute/webgpu/probe-program.ts';
import type * as UpdateModule from '../../src/compute/webgpu/probe-update.ts';
import type * as EncoderModule from '../../src/model/encoder.ts';
import { openEncoder, type Encoder } from '../../src/model/encoder.ts';
import { defaultOptions, type RunRequest } from '../../src/session/contract.ts';
import { Devices } from '../../src/session/stages/device.ts';
import { extractFile } from '../../src/session/stages/pipeline.ts';
import { modelFiles } from './model-fixtures.ts';

const planted = vi.hoisted(() => ({ wrong: false }));

vi.mock('../../src/model/encoder.ts', { spy: true });
vi.mock('../../src/compute/agreement.ts', { spy: true });
vi.mock('../../src/compute/webgpu/probe-update.ts', async (original) => {
  const own = await original<typeof UpdateModule>();
  const updateKernel: typeof own.updateKernel = (...given): KernelText => {
    const text = own.updateKernel(...given);
    const code = text.code.replace('sums16[c] + ', '1.01 * sums16[c] + ');
    expect(code).not.toBe(text.code);
    return planted.wrong ? { ...text, code } : text;
  };
  return { ...own, updateKernel };
});

const memory = openDatabase('winnow-cards', 'differences');
const at = { backend: 'webgpu', adapter: 'a card', threads: 1, arithmetic: 'fused', reason: '' } as const;

beforeEach(async () => {
  await clear(memory);
  await forget(null);
  vi.clearAllMocks();
});
afterEach(() => (planted.wrong = false));

describe('the kernels of the probes', () => {
  /** Where a device was opened, and what was said. */
  async function computed(): Promise<{ backend: string; said: string[] }> {
    const said: string[] = [];
    const devices = Devices.at(at, (text) => said.push(text));
    try {
      const backend = await devices.compute((device) => Promise.resolve(device.backend));
      expect(devices.report.backend).toBe(backend);
      return { backend, said };
    } finally {
      devices.close();
    }
  }

  test('that agree are used, and are not compared again', async () => {
    await expect(computed()).resolves.toEqual({ backend: 'webgpu', said: [] });
    expect(probeDifference).toHaveBeenCalledTimes(1);
    await expect(computed()).resolves.toEqual({ backend: 'webgpu', said: [] });
    expect(probeDifference).toHaveBeenCalledTimes(1);
    const [[, found]] = await entries<string, { relative: number }>(memory);
    expect(found.relative).toBeGreaterThan(0);
    expect(found.relative).toBeLessThan(1e-5);
  });

  test('of which one is wrong by a hundredth are left with a sentence, at once the next time', async () => {
    planted.wrong = true;
    const wrong = await computed();
    expect(wrong.backend).toBe('wasm');
    // Adam keeps the square of gradients, here of weights alone, that are 1 % too large.
    const what = 'what two steps of training make of the mean squared gradients of a classifier differs by';
    expect(wrong.said).toEqual([
      expect.stringMatching(
        `^The graphics card and the processor do not agree: ${what} (1\\.\\d|2\\.0)e-2 \\(relative L2; at most 0.0001 is allowed\\). The run goes on with WebAssembly.$`,
      ),
    ]);
    // What is remembered stands, whatever the kernels are.
    planted.wrong = false;
    const { backend, said } = await computed();
    expect(backend).toBe('wasm');
    expect(said).toEqual([expect.stringContaining(`as an earlier run in this browser found: ${what}`)]);
    expect(probeDifference).toHaveBeenCalledTimes(1);
  });
});

describe('a model', () => {
  const opened = vi.mocked(openEncoder);
  /** Encoders that were opened, and what was said. */
  async function extracted(): Promise<{ backends: string[]; said: string[]; bytes: Uint8Array }> {
    opened.mockClear();
    await forget(null);
    const said: string[] = [];
    const blob = await extractFile(await request(), (event) => {
      if (event.kind === 'warning') said.push(event.text);
    });
    const backends = opened.mock.calls.map(([, { backend, layers }]) => `${backend} ${layers ?? 'all'}`);
    return { backends, said, bytes: new Uint8Array(await blob.arrayBuffer()) };
  }

  test('whose first batch agrees runs on the card, and is not compared again', async () => {
    const first = await extracted();
    expect(first).toMatchObject({ backends: ['webgpu all', 'wasm 2'], said: [] });
    const second = await extracted();
    expect(second).toMatchObject({ backends: ['webgpu all'], said: [] });
    expect(second.bytes).toEqual(first.bytes);
  }, 120_000);

  test('whose first batch differs by a hundredth is left with a sentence, at once the next time', async () => {
    const actual = await vi.importActual<typeof EncoderModule>('../../src/model/encoder.ts');
    opened.mockImplementation(async (model, options) => {
      const encoder = await actual.openEncoder(model, options);
      return options.backend === 'webgpu' ? wrong(encoder) : encoder;
    });
    const sentence =
      'layer 2 of the first batch differs by 1.0e-2 (relative L2; at most 0.0001 is allowed). The run goes on with WebAssembly.';
    const first = await extracted();
    expect(first.backends).toEqual(['webgpu all', 'wasm 2', 'wasm all']);
    expect(first.said).toEqual([expect.stringMatching(/^The graphics card and the processor do not agree: /)]);
    expect(first.said[0]).toContain(sentence);
    opened.mockImplementation(actual.openEncoder);
    const second = await extracted();
    expect(second.backends).toEqual(['wasm all']);
    expect(second.said).toEqual([expect.stringContaining(`as an earlier run in this browser found: ${sentence}`)]);
    expect(second.bytes).toEqual(first.bytes);
  }, 120_000);

  test('that the processor does not open runs on the card without a word, and nothing is remembered', async () => {
    const actual = await vi.importActual<typeof EncoderModule>('../../src/model/encoder.ts');
    opened.mockImplementation((model, options) =>
      options.backend === 'wasm' ? Promise.reject(new Error('no room')) : actual.openEncoder(model, options),
    );
    await expect(extracted()).resolves.toMatchObject({ backends: ['webgpu all', 'wasm 2'], said: [] });
    await expect(entries(memory)).resolves.toEqual([]);
    opened.mockImplementation(actual.openEncoder);
  }, 120_000);
});

/** A hundredth too much in the second layer. */
function wrong(encoder: Encoder): Encoder {
  const { layers, hidden } = encoder;
  const run: Encoder['run'] = async (batch) => {
    const values = await encoder.run(batch);
    return values.map((value, at) => (Math.floor(at / hidden) % layers === 2 ? 1.01 * value : value));
  };
  return { ...encoder, run };
}

async function request(): Promise<Parameters<typeof extractFile>[0]> {
  const lines = Array.from({ length: 30 }, (_, row) => `film ${row} is ${row % 2 ? 'warm' : 'cold'}\t${row % 2}`);
  const data: RunRequest['files'][number] = {
    path: 'reviews/dev.tsv',
    file: new File([['sentence\tlabel', ...lines, ''].join('\n')], 'dev.tsv'),
  };
  const files = [...(await modelFiles('bert')), data];
  const options = { ...defaultOptions, device: 'webgpu' as const };
  return { files, corrections: { task: 'sst-2' }, options, role: 'dev', format: 'npy' };
}
