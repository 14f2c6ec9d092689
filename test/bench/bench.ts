/**
 * `npm run bench`: extraction and probe training through the command line's page, beside PyTorch on the same machine,
 * one after the other. Prints a table and writes out/bench.json. It measures and never judges: no limit stands here.
 *
 *   --rows N      rows of the train file to extract (10,000)
 *   --threads N   WebAssembly threads (2)
 *   --device D    wasm or webgpu (wasm)
 *   --model, --data, --task   other inputs than ../shared's minilm-sst2 on SST-2
 *   --run FILE    take the probes' time from this run.json instead of analysing the whole data set
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfNeeded } from '../../headless/build.ts';
import { runCommand, type CommandControl } from '../../headless/command.ts';
import { withPage } from '../../headless/drive.ts';
import { collectInputs } from '../../headless/inputs.ts';
import { root } from '../../headless/serve.ts';
import { taskNames } from '../../src/data/tasks.ts';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';
import { defaultOptions, type RunEvent, type RunOptions } from '../../src/session/contract.ts';
import { torchExtract, torchProbes, whyNoTorch } from './torch.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    threads: { type: 'string', default: '2' },
    device: { type: 'string', default: 'wasm' },
    model: { type: 'string', default: join(root, '../shared/models/minilm-sst2') },
    data: { type: 'string', default: join(root, '../shared/data/glue/SST-2') },
    task: { type: 'string', default: 'sst-2' },
    run: { type: 'string' },
  },
});
const rows = Number(values.rows);
const task = taskNames.find((name) => name === values.task) ?? 'sst-2';
const device = values.device === 'webgpu' ? 'webgpu' : 'wasm';
const given = {
  weights: null,
  encoder: null,
  adapter: null,
  model: values.model,
  data: values.data,
  task,
  files: {},
  activations: [],
  config: null,
  columns: {},
  reading: {},
};
const options: RunOptions = { ...defaultOptions, rows, device, threads: Number(values.threads) };

interface Measurement {
  what: string;
  value: number;
  unit: string;
}

await runCommand(false, async (control) => {
  await buildIfNeeded(control.progress.say, control.signal);
  const noTorch = await whyNoTorch();
  if (noTorch) control.progress.say(noTorch);
  const measured: Measurement[] = [];
  const note = (what: string, value: number, unit: string): void => {
    measured.push({ what, value, unit });
    control.progress.say(`${what}: ${value.toPrecision(4)} ${unit}`);
  };

  const inputs = { model: values.model, data: values.data, task, rows };
  if (!noTorch) note('extraction, PyTorch as published', await torchExtract(inputs, 'published'), 'ms a row');
  const extraction = await extractStages(control);
  note('extraction, Winnow', (extraction.get('extract') ?? 0) / rows, 'ms a row');
  note('tokenizing, Winnow', (extraction.get('tokenize') ?? 0) / rows, 'ms a row');
  if (!noTorch) note('extraction, PyTorch at its best', await torchExtract(inputs, 'best'), 'ms a row');

  const run = values.run ? parseRun(await readFile(values.run, 'utf8'), values.run) : await analyseAll(control);
  const probes = run.layers.individual.length + run.layers.concatenated.length;
  const stage = run.timings.find((timing) => timing.stage === 'probes');
  note(`${probes} probes with scores, ${run.options.seeds.length} seeds, Winnow`, (stage?.ms ?? 0) / 1000, 's');
  const { layers, hidden } = run.model;
  if (!noTorch) {
    const seconds = await torchProbes(run.data.instances.train, layers + 1, hidden, run.data.labels.length);
    note(`${probes} probes without scores, 1 seed, PyTorch`, seconds, 's');
  }

  const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, browser: run.device.browser };
  const out = join(root, 'out');
  await mkdir(out, { recursive: true });
  const report = { created: new Date().toISOString(), machine, rows, device, threads: options.threads, measured };
  await writeFile(join(out, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  return { text: tableOf(measured), fields: {} };
});

/** Milliseconds of every stage of one extraction. */
async function extractStages({ signal, progress }: CommandControl): Promise<Map<string, number>> {
  const stages = new Map<string, number>();
  const report = (event: RunEvent): void => {
    progress.report(event);
    if (event.kind === 'stage' && event.state === 'done') stages.set(event.stage, event.ms);
  };
  const { inputs } = await collectInputs(given);
  const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
  try {
    await withPage({ device, cache: null, inputs, report, signal }, (page) =>
      page.extract(
        { task },
        options,
        { role: 'train', format: 'safetensors' },
        join(folder, 'activations.safetensors'),
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return stages;
}

/** The whole data set by the paper's protocol, one seed. */
async function analyseAll({ signal, progress }: CommandControl): Promise<RunFile> {
  const { inputs } = await collectInputs(given);
  const whole: RunOptions = { ...options, rows: null, protocol: 'paper', seeds: 1 };
  return withPage({ device, cache: null, inputs, report: progress.report, signal }, (page) =>
    page.run({ task }, whole),
  );
}

function tableOf(measured: Measurement[]): string {
  const width = Math.max(...measured.map(({ what }) => what.length));
  return measured.map(({ what, value, unit }) => `${what.padEnd(width)}  ${value.toPrecision(4)} ${unit}`).join('\n');
}
