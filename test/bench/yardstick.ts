/**
 * `npm run bench:yardstick`: is the probe on all layers as good as the best layer alone? Runs six sets of ../shared through
 * the command line's page and prints, of each, the oracle's test score beside that of the best layer by dev and by test,
 * how long the probes trained and what that took.
 *
 *   --only NAMES   some of the sets, by name with commas between
 *   --seeds N      seeds of each run (3)
 *   --cache DIR    keeps extracted activations, one folder a set
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { analysisInputs } from '../../headless/analysis-inputs.ts';
import { buildIfNeeded } from '../../headless/build.ts';
import { runCommand } from '../../headless/command.ts';
import { withPage } from '../../headless/drive.ts';
import { parseAnalyze } from '../../headless/options.ts';
import { root } from '../../headless/serve.ts';
import { bestLayer, constantLayers } from '../../src/report/layers/single.ts';
import { meanOf } from '../../src/report/scores.ts';
import type { Split } from '../../src/data/scores.ts';
import type { RunFile } from '../../src/run/run-file.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, seeds: { type: 'string', default: '3' }, cache: { type: 'string' } },
});
const shared = join(root, '../shared');
const wild = join(shared, 'wild/48-extract-features');
const glue = (folder: string, task: string, ...more: string[]): string[] => [
  ...['--model', join(shared, 'models/minilm-sst2'), '--data', join(shared, 'data/glue', folder), '--task', task],
  ...more,
];
const sets: Record<string, string[]> = {
  'sst-2-500': glue('SST-2', 'sst-2', '--rows', '500'),
  'sst-2-3000': glue('SST-2', 'sst-2', '--rows', '3000'),
  'sst-2': glue('SST-2', 'sst-2'),
  rte: glue('RTE', 'rte'),
  mrpc: glue('MRPC', 'mrpc'),
  'wild-48': [
    ...['--activations', `train=${join(wild, 'train.jsonl')}`, `dev=${join(wild, 'dev.jsonl')}`],
    ...['--data', join(wild, 'data'), '--task', 'sst-2'],
  ],
};
const names = values.only?.split(',') ?? Object.keys(sets);
/** Nothing but the probes is asked for here, and the selection of the fewest questions. */
const questions = ['--deltas', '1:1', '--clustering', '-1', '--seeds', values.seeds, '--device', 'wasm'];

await runCommand(false, async ({ signal, progress }) => {
  await buildIfNeeded(progress.say, signal);
  const lines = [head()];
  for (const name of names) {
    const command = parseAnalyze([...sets[name], ...questions, '--out', 'none']);
    if (!command) break;
    const { inputs, corrections, options } = await analysisInputs(command);
    const cache = values.cache ? join(values.cache, name) : null;
    const drive = { device: options.device, cache, inputs, report: progress.report, signal };
    lines.push(lineOf(name, await withPage(drive, (page) => page.run(corrections, options))));
    progress.say(lines[lines.length - 1]);
  }
  return { text: lines.join('\n'), fields: {} };
});

function head(): string {
  const beside = (split: Split): string[] => [`best layer by ${split}`, 'difference'];
  const training = ['best epochs', 'most epochs', 'epochs by weight', 'probes, s'];
  return ['set', 'oracle', ...beside('dev'), ...beside('test'), ...training].join(' | ');
}

/** Test scores in per cent, differences of the oracle to the layers in points. */
function lineOf(name: string, run: RunFile): string {
  const oracle = meanOf(run.oracle, 'test', run.metric) ?? NaN;
  const constant = constantLayers(run);
  const beside = (split: Split): string[] => {
    const best = bestLayer(run.layers.individual, split, run.metric, constant);
    const own = run.layers.individual.find(({ layer }) => layer === best?.layer);
    const score = (own && meanOf(own, 'test', run.metric)) ?? NaN;
    return [`${(100 * score).toFixed(1)} (layer ${best?.layer})`, (100 * (oracle - score)).toFixed(1)];
  };
  const { training, timings } = run;
  const curves = training ? [training.oracle, ...training.layers] : [];
  const most = Math.max(...curves.flatMap(({ train }) => train.map((losses) => losses.length)));
  const stage = timings.find((timing) => timing.stage === 'probes');
  return [
    ...[name, (100 * oracle).toFixed(1), ...beside('dev'), ...beside('test')],
    ...[training?.oracle.best.join(', ') ?? '', String(most), String(stage?.epochs ?? '')],
    ((stage?.ms ?? NaN) / 1000).toFixed(1),
  ].join(' | ');
}
