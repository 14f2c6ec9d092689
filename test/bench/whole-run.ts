/** A whole run by the paper's protocol, one seed, through the command line's page. */
import { taskNames } from '../../src/data/tasks.ts';
import { collectInputs } from '../../headless/inputs.ts';
import { defaultOptions, type RunOptions } from '../../src/session/contract.ts';
import { hasTorchScript, torchScript, type Lab } from './lab.ts';
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
  const options: RunOptions = { ...defaultOptions, rows, device, threads, protocol: 'paper', seeds: 1 };
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
    seconds['published way'] = await publishedSeconds(lab, run.model, { all, train });
  }
  const size = `${all.toLocaleString('en')} rows (${stages.join(', ')})`;
  return [{ what: 'whole run', size, amount: all, unit: 'rows', seconds }];
}

/** Extraction to JSON text, every probe, correlation and linkage; its selection is not in it. */
async function publishedSeconds(
  lab: Lab,
  { layers, hidden }: { layers: number; hidden: number },
  rows: { all: number; train: number },
): Promise<number> {
  const { model, data, task } = lab.sizes;
  const some = Math.min(rows.all, publishedRows);
  const files = ['--model', model, '--data', data, '--task', task, '--rows', some, '--style', 'published'];
  const extraction = await lab.inPython<{ perRowMs: number }>(torchScript, ['extract', ...files]);
  const shape = ['--rows', rows.train, '--layers', layers + 1, '--hidden', hidden, '--classes', 2];
  const probes = await lab.inPython<{ seconds: number }>(torchScript, ['probes', ...shape]);
  const points = ['--neurons', (layers + 1) * hidden, '--rows', rows.train];
  const clusters = await lab.inPython<{ correlationSeconds: number; linkageSeconds: number }>(torchScript, [
    'linkage',
    ...points,
  ]);
  const { correlationSeconds, linkageSeconds } = clusters;
  return (extraction.perRowMs * rows.all) / 1000 + probes.seconds + correlationSeconds + linkageSeconds;
}
