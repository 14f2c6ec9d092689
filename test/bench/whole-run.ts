/** A whole run by the paper's protocol, one seed, through the command line's page. */
import { usualMeasures } from '../../src/options/measures.ts';
import { taskNames } from '../../src/data/tasks.ts';
import { collectInputs } from '../../headless/inputs.ts';
import { defaultOptions, type RunOptions } from '../../src/session/contract.ts';
import type { RunFile } from '../../src/run/run-file.ts';
import { hasTorchScript, outsideScript, torchScript, type Lab } from './lab.ts';
import { own, type BenchRow } from './row.ts';

/** Rows that the published way is measured on where there are more: a row takes it the same time wherever it stands. */
const publishedRows = 1000;

export async function wholeRun(lab: Lab): Promise<BenchRow[]> {
  const { model, data, threads, device, encoded } = lab.sizes;
  const task = taskNames.find((name) => name === lab.sizes.task);
  if (!task) throw new Error(`--task ${lab.sizes.task} is no task.`);
  const given = {
    ...{ weights: null, encoder: null, adapter: null, config: null },
    ...{ model, data, task, files: {}, activations: [], columns: {}, reading: {} },
  };
  const rows = encoded === Infinity ? null : encoded;
  // Without the measures that the published scripts do not have.
  const without = Object.fromEntries(usualMeasures.map((name) => [name, false]));
  const options: RunOptions = { ...defaultOptions, ...without, rows, device, threads, protocol: 'paper', seeds: 1 };
  const { inputs } = await collectInputs(given);
  const start = performance.now();
  const run = await lab.command(inputs, (page) => page.run({ task }, options));
  const spent = (performance.now() - start) / 1000;
  const { train, dev, test } = run.data.instances;
  const all = train + dev + test;
  const leastMs = 0.01 * spent * 1000;
  const stages = run.timings
    .filter(({ ms }) => ms > leastMs)
    .map(({ stage, ms }) => `${stage} ${(ms / 1000).toFixed(1)} s`);
  const seconds: BenchRow['seconds'] = { [own]: spent };
  if (hasTorchScript && lab.hasPython('torch', 'transformers', 'tokenizers', 'scipy')) {
    seconds['published way'] = await publishedSeconds(lab, run);
  }
  const size = `${all.toLocaleString('en')} rows (${stages.join(', ')})`;
  return [{ what: 'whole run', size, amount: all, unit: 'rows', seconds }];
}

/** Extraction to JSON text, every probe, correlation, linkage, and the probes of every answer that the run found. */
async function publishedSeconds(lab: Lab, { model: shape, data: facts, selection = [] }: RunFile): Promise<number> {
  const { model, data, task, threads } = lab.sizes;
  const { train, dev, test } = facts.instances;
  const all = train + dev + test;
  const [layers, neurons] = [shape.layers + 1, (shape.layers + 1) * shape.hidden];
  const some = Math.min(all, publishedRows);
  const files = ['--model', model, '--data', data, '--task', task, '--rows', some, '--style', 'published'];
  const extraction = await lab.inPython<{ perRowMs: number }>(torchScript, ['extract', ...files]);
  const classes = facts.labels.length;
  const sizes = ['--rows', train, '--layers', layers, '--hidden', shape.hidden, '--classes', classes];
  const probes = await lab.inPython<{ seconds: number }>(torchScript, ['probes', ...sizes]);
  const points = ['--neurons', neurons, '--rows', train];
  const clusters = await lab.inPython<{ correlationSeconds: number; linkageSeconds: number }>(torchScript, [
    'linkage',
    ...points,
  ]);
  // The base, and one size after the other until the first that is enough.
  const widths = selection.flatMap(({ sizes: tried, minimalSet }) => {
    const base = tried[tried.length - 1].neurons;
    return [base, ...tried.map(({ neurons: size }) => size).filter((size) => size < base && size <= minimalSet.size)];
  });
  const answers = await lab.inPython<{ seconds: number }>(outsideScript, [
    'selection',
    train,
    classes,
    threads,
    ...widths,
  ]);
  const { correlationSeconds, linkageSeconds } = clusters;
  const parts = [
    (extraction.perRowMs * all) / 1000,
    probes.seconds,
    correlationSeconds,
    linkageSeconds,
    answers.seconds,
  ];
  return parts.reduce((sum, part) => sum + part, 0);
}
