/** `--all-columns`: a result a column of labels, from one extraction. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { paperSplit } from '../../src/data/split.ts';
import { parseRun, type RunFile } from '../../src/run/run-file.ts';
import { modelFolder, ownFolder, run } from './cli-process.ts';

const result = ['all_results.json', 'references.bib', 'run.json', 'scores.csv', 'winnow.sha256'];

test('every column of labels gets its result and its verdict; one that cannot be used costs no other', async () => {
  const folder = await ownFolder();
  const model = await modelFolder(folder);
  const data = join(folder, 'comments');
  await mkdir(data);
  // The train part is left with one class of the last column.
  const dev = new Set(paperSplit(60).dev);
  const row = (i: number): string =>
    `${i % 3 === 0 ? 'this is dull' : 'a warm and fine film'} ${i},${i % 2},${Number(i % 3 === 0)},${Number(dev.has(i))}`;
  const table = (count: number): string =>
    ['text,toxic,Hate speech,threat', ...Array.from({ length: count }, (_, i) => row(i)), ''].join('\n');
  for (const [role, count] of Object.entries({ train: 60, test: 20 }))
    await writeFile(join(data, `${role}.csv`), table(count));
  const out = join(folder, 'results');
  const files = ['--model', model, '--data', data, '--task', 'classification', '--all-columns', '--out', out];
  const quick = ['--device', 'wasm', '--protocol', 'paper', '--deltas', '3:1', '--clustering', '-1', '--no-figures'];

  const { code, stdout, stderr } = await run('analyze', [...files, ...quick]);
  expect(stderr).toContain('Column 2 of 3: Hate speech');
  expect(stderr).toContain('The column "threat" gave no result: ');
  expect(code).toBe(5);
  expect((await readdir(out)).sort()).toEqual(['Hate-speech', 'toxic']);
  const read = async (name: string): Promise<RunFile> =>
    parseRun(await readFile(join(out, name, 'run.json'), 'utf8'), 'run.json');
  for (const name of ['toxic', 'Hate-speech']) expect((await readdir(join(out, name))).sort()).toEqual(result);
  const [toxic, hate] = [await read('toxic'), await read('Hate-speech')];
  expect([toxic, hate].map(({ data: { columns } }) => columns?.label)).toEqual(['toxic', 'Hate speech']);
  const extracted = [toxic, hate].map(({ timings }) => timings.find(({ stage }) => stage === 'extract')?.rows);
  expect(extracted).toEqual([80, 0]);
  const verdicts = stdout.slice(stdout.indexOf('Verdicts by column of labels'));
  expect(verdicts).toContain(`toxic: ${toxic.verdict?.sentence}`);
  expect(verdicts).toContain(`Hate speech: ${hate.verdict?.sentence}`);

  const again = await run('analyze', [...files, ...quick, '--json']);
  expect(again.code).toBe(2);
  expect(JSON.parse(again.stdout)).toMatchObject({ ok: false, error: { code: 'output-exists' } });
  expect(await read('toxic')).toEqual(toxic);
});
