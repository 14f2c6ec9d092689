/**
 * What `npm run bench:gpu` opens on a machine with a graphics card: every kernel is held against the processor, then pieces
 * of a run are timed on the card beside WebAssembly. `globalThis.benchGpu` is what the launcher calls (run.py).
 */
import { firstBatchDifference } from '../../../src/activations/first-batch.ts';
import { perRowOf } from '../../../src/activations/fill.ts';
import { allowedDifference, probeDifference, type CardDifference } from '../../../src/compute/agreement.ts';
import { openDevice } from '../../../src/compute/open.ts';
import { adapterName, openGpu, type Gpu } from '../../../src/compute/webgpu/gpu.ts';
import { openEncoder } from '../../../src/model/encoder.ts';
import type { TextRow } from '../../../src/tokenizer/rows.ts';
import { openTexts } from '../in-page/encoder.ts';
import { measureWork } from '../in-page/work.ts';
import { benchTable, extractionRow, joinRounds, own, probeRow, productRow, type BenchRow } from '../row.ts';

interface AskedBench {
  rows: number;
  layers: number;
  hidden: number;
  classes: number[];
  /** Texts that go through the encoder. */
  texts: number;
  rounds: number;
}

const demo = 'demo/reviews';
const demoModel = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
const processor = 'WebAssembly';

/** Markdown. Without files of a model the demo's is taken. @throws Error where a kernel differs from the processor. */
async function benchGpu(asked: AskedBench): Promise<string> {
  const given = [...(document.querySelector('input')?.files ?? [])];
  const files = given.length > 0 ? given : await Promise.all(demoModel.map(fetched));
  const lines = (await (await fetched('train.tsv')).text()).split('\n').slice(1, asked.texts + 1);
  const texts = lines.map((line): TextRow => ({ text: line.split('\t')[0], pair: null }));
  const gpu = await openGpu();
  const checks = await comparisons(gpu, files, texts);
  gpu.device.destroy();
  const { info, software } = gpu;
  const place = `${adapterName(info)}${software ? ' (software)' : ''}, ${navigator.hardwareConcurrency} cores, ${navigator.userAgent}`;
  const said = `${place}\n\n${checkTable(checks)}\n`;
  if (checks.some(({ relative }) => relative > allowedDifference)) {
    throw new Error(`A kernel differs from the processor; nothing was timed.\n\n${said}`);
  }
  const found = new Map<string, BenchRow[]>();
  for (let round = 0; round < asked.rounds; round++) {
    for (const row of await rowsOf(asked, files, texts)) found.set(row.what, [...(found.get(row.what) ?? []), row]);
  }
  return `${said}\n${benchTable([...found.values()].map(joinRounds))}\n`;
}

async function fetched(name: string): Promise<File> {
  const response = await fetch(`${demo}/${name}`);
  if (!response.ok) throw new Error(`${response.status} for ${name}`);
  return new File([await response.blob()], name);
}

async function comparisons(gpu: Gpu, files: File[], texts: TextRow[]): Promise<CardDifference[]> {
  const device = await openDevice('webgpu', { threads: null, gpu });
  const probes = await probeDifference(device);
  device.dispose();
  const { source, tokenizer, rows } = await openTexts(files, texts);
  const options = { threads: navigator.hardwareConcurrency, padding: tokenizer.padding };
  const place = { ...options, backend: 'webgpu', gpu: gpu.device, perRow: perRowOf(rows) } as const;
  const encoder = await openEncoder(source, place);
  const layers = await firstBatchDifference(rows, encoder, source, options);
  await encoder.dispose();
  if (!layers) throw new Error('The processor does not open this model in float32: choose another one.');
  return [probes, layers];
}

/** The farthest of each kind. */
function checkTable(checks: readonly CardDifference[]): string {
  const lines = checks.map(({ what, relative }) => `| ${what} | ${relative.toExponential(1)} |`);
  return ['| farthest from the processor | relative L2 |', '| --- | --- |', ...lines].join('\n');
}

/** The card's own work beside the same on the processor; products run there alone. */
async function rowsOf(asked: AskedBench, files: File[], texts: TextRow[]): Promise<BenchRow[]> {
  const threads = navigator.hardwareConcurrency;
  const devices = ['webgpu', 'wasm'] as const;
  const rows: BenchRow[] = [];
  for (const classes of asked.classes) {
    const seconds: number[] = [];
    for (const device of devices) {
      seconds.push((await measureWork('probes', { ...asked, classes, threads, device }, [])).probes);
    }
    rows.push(probeRow({ ...asked, classes }, sides(seconds)));
  }
  const seconds: number[] = [];
  for (const device of devices) {
    seconds.push((await measureWork('extraction', { texts, threads, device }, files)).extraction);
  }
  rows.push(extractionRow(texts.length, sides(seconds)));
  const made = { ...asked, classes: 2 };
  const times = await measureWork('products', { ...made, threads, device: 'webgpu' }, []);
  rows.push(productRow(made, { [own]: times.products + times.cka + times.distances }));
  return rows;
}

function sides([card, beside]: readonly number[]): BenchRow['seconds'] {
  return { [own]: card, [processor]: beside };
}

Object.assign(globalThis, { benchGpu });
