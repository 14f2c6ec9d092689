/** Saving a train file that a run has split: what the run keeps is written in file order, and no model is opened. */
import { beforeEach, expect, test, vi } from 'vitest';
import { forget, listKept } from '../../src/activations/cache.ts';
import { openEncoder } from '../../src/model/encoder.ts';
import { defaultOptions, type RunRequest } from '../../src/session/contract.ts';
import { analyze, extractFile } from '../../src/session/stages/pipeline.ts';
import { modelFiles, relativeError } from './model-fixtures.ts';

vi.mock('../../src/model/encoder.ts', { spy: true });

/** More than a quick look takes: what a run keeps is then kept as drawn from more. */
const rows = 620;
const width = 4 * 32;

beforeEach(() => forget(null));

test('after a run the train file is saved from what the run keeps', async () => {
  const request = await reviews();
  const opened = vi.mocked(openEncoder);
  const before = await savedTrain(request);
  expect(opened).toHaveBeenCalledTimes(1);
  await forget(null);

  await analyze(request, () => undefined);
  opened.mockClear();
  const keys = (await listKept()).map(({ key }) => key).sort();
  const after = await savedTrain(request);
  expect(opened).not.toHaveBeenCalled();
  expect((await listKept()).map(({ key }) => key).sort()).toEqual(keys);
  expect(after).toHaveLength(rows * width);
  for (let row = 0; row < rows; row += 1) {
    const [ours, theirs] = [after, before].map((all) => all.subarray(row * width, (row + 1) * width));
    expect(relativeError(ours, theirs)).toBeLessThan(1e-5);
  }

  // Of fewer rows a run keeps others.
  await savedTrain({ ...request, options: { ...request.options, rows: 100 } });
  expect(opened).toHaveBeenCalledTimes(1);
}, 120_000);

async function savedTrain(request: RunRequest): Promise<Float32Array> {
  const blob = await extractFile({ ...request, role: 'train', format: 'npy' }, () => undefined);
  const bytes = await blob.arrayBuffer();
  const data = 10 + new DataView(bytes).getUint16(8, true);
  return new Float32Array(bytes.slice(data));
}

async function reviews(): Promise<RunRequest> {
  const file = (name: string, count: number): RunRequest['files'][number] => {
    const lines = Array.from({ length: count }, (_, row) => `${sentence(row)}\t${row % 2}`);
    return { path: `reviews/${name}`, file: new File([['sentence\tlabel', ...lines, ''].join('\n')], name) };
  };
  const options = { ...defaultOptions, seeds: 1, device: 'wasm', protocol: 'paper', thresholds: [-1] } as const;
  return {
    files: [...(await modelFiles('bert')), file('train.tsv', rows), file('dev.tsv', 20)],
    corrections: { task: 'sst-2' },
    options: { ...options, thresholds: [...options.thresholds] },
  };
}

function sentence(row: number): string {
  const verdict = row % 2 === 0 ? 'is dull and cold' : 'is warm and sharp';
  return `film ${row} ${verdict} ${'again '.repeat(row % 7)}.`;
}
