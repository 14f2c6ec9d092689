/**
 * `npm run bench`: pieces of a run in the browser, each as throughput, as a share of the least that the same work takes on
 * this machine, and beside NumPy, SciPy, PyTorch and tokenizers where PYTHON names a Python that has them: all sides in turn,
 * round by round. Prints a table of medians and quartiles; it never judges.
 *
 *   --only NAMES    of products, probes, linkage, selection, tokenizing, extraction, storage, page, growth, pipeline (all but
 *                   growth, which takes an hour, and pipeline, a whole data set), with commas between
 *   --rounds N      (3)
 *   --rows N        of made numbers (60,614, as SST-2 has)
 *   --layers N      of made numbers, with the embeddings (7)
 *   --hidden N      neurons a layer (384)
 *   --growth LIST   rows of made numbers, ever more (25000,100000,400000; with --layers 13 --hidden 768 as the paper's models)
 *   --threads N     (all cores)
 *   --device D      wasm or webgpu (wasm)
 *   --model DIR, --data DIR, --task NAME    of real texts (../shared's minilm-sst2 on SST-2; the demo where there is none)
 *   --encoded N     rows of real texts (2,000; pipeline: all)
 *   --json FILE     all samples, with machine and browser
 *   --table FILE    the table goes into this Markdown file, between the comments "bench" and "/bench"
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { WinnowError } from '../../src/base/errors.ts';
import { buildIfNeeded } from '../../headless/build.ts';
import { runCommand } from '../../headless/command.ts';
import { root } from '../../headless/serve.ts';
import { Lab } from './lab.ts';
import { benchParts } from './parts.ts';
import { benchTable, joinRounds, type BenchRow } from './row.ts';

const shared = join(root, '../shared');
const inputs = existsSync(join(shared, 'models/minilm-sst2'))
  ? { model: join(shared, 'models/minilm-sst2'), data: join(shared, 'data/glue/SST-2'), task: 'sst-2' }
  : { model: join(root, 'public/demo/reviews'), data: join(root, 'public/demo/reviews'), task: 'sst-2' };

/** Only when they are asked for. */
const long = ['growth', 'pipeline'];

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    ...{ only: text, json: text, table: text, rounds: { ...text, default: '3' } },
    ...{ rows: { ...text, default: '60614' }, layers: { ...text, default: '7' }, hidden: { ...text, default: '384' } },
    ...{ threads: { ...text, default: String(availableParallelism()) }, device: { ...text, default: 'wasm' } },
    model: { ...text, default: inputs.model },
    data: { ...text, default: inputs.data },
    task: { ...text, default: inputs.task },
    ...{ encoded: text, growth: { ...text, default: '25000,100000,400000' } },
  },
});

await runCommand(false, async ({ progress, signal }) => {
  const names = values.only?.split(',') ?? benchParts.map(({ name }) => name).filter((name) => !long.includes(name));
  const unknown = names.find((name) => !benchParts.some((part) => part.name === name));
  if (unknown !== undefined) {
    const known = benchParts.map(({ name }) => name).join(', ');
    throw new WinnowError('bad-option', `--only ${unknown} is no part of the bench.`, `Choose from ${known}.`);
  }
  await buildIfNeeded(progress.say, signal);
  const { device, model, data, task } = values;
  const lab = await Lab.open({
    ...{ model, data, task, device: device === 'webgpu' ? 'webgpu' : 'wasm' },
    ...{ rows: Number(values.rows), layers: Number(values.layers), hidden: Number(values.hidden) },
    ...{ threads: Number(values.threads), growth: values.growth.split(',').map(Number) },
    encoded: Number(values.encoded ?? (names.includes('pipeline') ? Infinity : 2000)),
  });
  const found = new Map<string, BenchRow[]>();
  try {
    for (const part of benchParts.filter(({ name }) => names.includes(name))) {
      for (let round = 1; round <= Number(values.rounds); round++) {
        signal.throwIfAborted();
        progress.say(`${part.name}, round ${round} of ${values.rounds}`);
        for (const row of await part.round(lab)) found.set(row.what, [...(found.get(row.what) ?? []), row]);
      }
    }
  } finally {
    await lab.close();
  }
  const joined = [...found.values()].map(joinRounds);
  const machine = {
    ...{ processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, threads: lab.sizes.threads },
    ...{ browser: lab.version(), device: lab.sizes.device, load: loadavg()[0] },
  };
  const { processor, cores, threads, browser, load } = machine;
  const on = `${processor}, ${cores} cores, Chrome ${browser}, ${machine.device} with ${threads} threads, load ${load.toFixed(1)} at the end, medians of ${values.rounds}`;
  const said = `${on}\n\n${benchTable(joined)}\n`;
  if (values.json) {
    const report = { created: new Date().toISOString(), machine, sizes: lab.sizes, rows: joined };
    await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (values.table) await putTable(values.table, said);
  return { text: said, fields: {} };
});

async function putTable(path: string, said: string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const between = /(<!-- bench -->).*(<!-- \/bench -->)/s;
  if (!between.test(before)) {
    const next = 'Write <!-- bench --> and <!-- /bench --> where the table is to stand.';
    throw new WinnowError('bad-option', `--table ${path} has no place for the table.`, next);
  }
  const after = before.replace(between, (_, start: string, end: string) => `${start}\n\n${said}\n${end}`);
  const config = (await prettier.resolveConfig(path)) ?? {};
  await writeFile(path, await prettier.format(after, { ...config, parser: 'markdown' }));
}
