/**
 * The study as Snakemake plans it, for this machine and for Slurm: a dry run by the Snakemake of PyPI that PYTHON has. What a
 * row does is tested with the page (test/e2e/study.test.ts).
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const python = process.env.PYTHON ?? 'python3';
const profiles = ['local', 'slurm'];

interface DryRun {
  code: number;
  said: string;
}

/** Into a folder of its own, so that what a study has left here makes no difference. */
async function dryRun(
  profile: string,
  table?: readonly (readonly string[])[],
  { done = [] }: { done?: readonly string[] } = {},
): Promise<DryRun> {
  if (spawnSync(python, ['-c', 'import snakemake, snakemake_executor_plugin_slurm']).status !== 0)
    throw new Error(
      `${python} is no Python with Snakemake. Let PYTHON name one: pip install --no-deps -r test/reference/requirements.txt`,
    );
  const folder = await mkdtemp(join(tmpdir(), 'winnow-study-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const config = [`out=${join(folder, 'out')}`];
  for (const path of done) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), '');
  }
  if (table) {
    const path = join(folder, 'runs.tsv');
    await writeFile(path, table.map((cells) => `${cells.join('\t')}\n`).join(''));
    config.push(`runs=${path}`);
  }
  const places = ['--snakefile', 'study/Snakefile', '--profile', `study/profiles/${profile}`];
  const args = ['-m', 'snakemake', ...places, '--dry-run', '--config', ...config];
  return new Promise((resolve) => {
    execFile(python, args, { cwd: root, maxBuffer: 2 ** 24 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    );
  });
}

/** "analyze 12": how often a rule would run. */
function jobsIn(said: string): Map<string, number> {
  const [, stats = ''] = said.split(/^Job stats:$/m);
  return new Map([...stats.matchAll(/^(\w+) +(\d+)$/gm)].map(([, rule, count]) => [rule, Number(count)]));
}

const head = ['run', 'model', 'data', 'task', 'options'];

test.each(profiles)('%s: a job a row of the table, and once the build and the example’s files', async (profile) => {
  const rows = (await readFile(join(root, 'study/runs.tsv'), 'utf8')).trim().split('\n').slice(1);
  expect(rows).toHaveLength(12);
  const { code, said } = await dryRun(profile);
  expect(said).toContain('This was a dry-run');
  expect(code).toBe(0);
  // What made the example's files stays where a study was made here before.
  const example = existsSync(join(root, 'study/example/made')) ? [] : [['example', 1]];
  const total = ['total', 15 + example.length];
  expect([...jobsIn(said)].sort()).toEqual([
    ['all', 1],
    ['analyze', 12],
    ['build', 1],
    ['compare', 1],
    ...example,
    total,
  ]);
  for (const row of rows) expect(said).toContain(`wildcards: run=${row.split('\t')[0]}\n`);
});

test('another table needs no example', async () => {
  const rows = [head, ['one', '../a model', '../data', 'sst-2', ''], ['two', '../m', '../data', 'rte', '--seeds 5']];
  const { code, said } = await dryRun('local', rows);
  expect(code).toBe(0);
  expect(jobsIn(said).get('analyze')).toBe(2);
  expect(jobsIn(said).has('example')).toBe(false);
});

test('a study that was killed between its last row and the comparison makes the comparison, and nothing else', async () => {
  const rows = [head, ['one', '../m', '../data', 'sst-2', ''], ['two', '../m', '../data', 'rte', '']];
  const done = ['out.built', 'out/one/run.json', 'out/two/run.json'];
  const { said } = await dryRun('local', rows, { done });
  expect([...jobsIn(said)].sort()).toEqual([
    ['all', 1],
    ['compare', 1],
    ['total', 2],
  ]);
});

test('a row whose name could lead out of the folder is refused', async () => {
  const { code, said } = await dryRun('local', [head, ['../out', 'm', 'd', 'sst-2', '']]);
  expect(code).not.toBe(0);
  expect(said).toContain('has to be named by letters, digits, dots and dashes');
});
