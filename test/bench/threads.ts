/**
 * `npm run bench:threads -- --model DIR --data DIR --task NAME …`: a whole analysis with one WebAssembly thread beside the
 * same with all of them, in turns. Takes the options of `npm run analyze` but --threads, --device and --cache, which are its
 * own; without any it is the demo's run. Prints the seconds of every stage and whether the scores are equal.
 *
 *   --turns N   each runs so often (1)
 */
import { cpus } from 'node:os';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { analysisInputs } from '../../headless/analysis-inputs.ts';
import { buildIfNeeded } from '../../headless/build.ts';
import { runCommand } from '../../headless/command.ts';
import { withPage } from '../../headless/drive.ts';
import { parseAnalyze } from '../../headless/options.ts';
import { analyzeUsage } from '../../headless/usage.ts';
import type { RunFile } from '../../src/run/run-file.ts';

const { values, tokens } = parseArgs({
  options: { turns: { type: 'string', default: '1' } },
  strict: false,
  tokens: true,
});
const turns = Math.max(1, Math.trunc(Number(values.turns)) || 1);
const ofTurns = tokens.find((token) => token.kind === 'option' && token.name === 'turns');
const args = process.argv.slice(2).filter((_, at) => !ofTurns || at < ofTurns.index || at > ofTurns.index + 1);

await runCommand(false, async ({ signal, progress }) => {
  const command = parseAnalyze([...args, '--out', 'none']);
  if (!command) return { text: analyzeUsage, fields: {} };
  const { inputs, corrections, options } = await analysisInputs(command);
  await buildIfNeeded(progress.say, signal);
  const analyse = (threads: number): Promise<RunFile> => {
    const drive = { device: 'wasm' as const, cache: null, inputs, report: progress.report, signal };
    return withPage(drive, (page) => page.run(corrections, { ...options, device: 'wasm', threads }));
  };
  const all = cpus().length;
  const runs: Record<number, RunFile[]> = { 1: [], [all]: [] };
  for (let turn = 0; turn < turns; turn++) {
    for (const threads of [1, all]) runs[threads].push(await analyse(threads));
  }
  const stages = runs[1][0].timings.map(({ stage }) => stage);
  const seconds = (threads: number, stage: string): number => {
    const times = runs[threads].map(({ timings }) => timings.find((timing) => timing.stage === stage)?.ms ?? 0);
    return times.reduce((sum, ms) => sum + ms, 0) / turns / 1000;
  };
  const lines = stages.map((stage) => {
    const [one, more] = [seconds(1, stage), seconds(all, stage)];
    return `${stage.padEnd(12)} ${one.toFixed(1).padStart(8)} ${more.toFixed(1).padStart(12)} ${(one / more).toFixed(2).padStart(8)}`;
  });
  const found = ({ layers, oracle, selection }: RunFile) => ({ layers, oracle, selection });
  const equal = runs[all].every((run) => isDeepStrictEqual(found(run), found(runs[1][0])));
  const head = `${'seconds'.padEnd(12)} ${'1 thread'.padStart(8)} ${`${all} threads`.padStart(12)} ${'ratio'.padStart(8)}`;
  const text = [head, ...lines, `Scores and sets of neurons are ${equal ? 'equal' : 'different'}.`].join('\n');
  return { text, fields: {} };
});
