/** Probes of many classes train on several threads in the built page, under its policy, and give the numbers of one. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withPage } from '../../headless/drive.ts';
import { collectInputs } from '../../headless/inputs.ts';
import { parseAnalyze } from '../../headless/options.ts';
import type { RunFile } from '../../src/run/run-file.ts';
import { modelFolder, ownFolder } from './cli-process.ts';

const classes = 200;

/** Words beside labels, of so many classes that the tiny model's probes are worth two threads. */
async function taggedFolder(parent: string): Promise<string> {
  const folder = join(parent, 'tagged');
  await mkdir(folder);
  const words = ['the', 'film', 'is', 'dull', 'and', 'warm', 'a', 'story', 'act', '.'];
  for (const [role, count] of Object.entries({ train: 20, dev: 10, test: 10 })) {
    const lines = (of: (place: number) => string): string =>
      Array.from(
        { length: count },
        (_, row) => `${words.map((_, at) => of(row * words.length + at)).join(' ')}\n`,
      ).join('');
    await writeFile(
      join(folder, `${role}.word`),
      lines((place) => words[(place * 7) % words.length]),
    );
    await writeFile(
      join(folder, `${role}.label`),
      lines((place) => `tag-${place % classes}`),
    );
  }
  return folder;
}

test('two threads find what one finds', async () => {
  const folder = await ownFolder();
  const files = ['--model', await modelFolder(folder), '--data', await taggedFolder(folder), '--task', 'labelling'];
  const few = ['--seeds', '1', '--clustering', '0.3', '--deltas', '3:1'];
  const { inputs: given, options } = parseAnalyze([...files, ...few, '--out', join(folder, 'none')])!;
  const { inputs, corrections } = await collectInputs(given!);
  const { signal } = new AbortController();
  const drive = { device: 'wasm' as const, cache: null, inputs, report: () => undefined, signal };
  await withPage(drive, async ({ page, run }) => {
    const workers: string[] = [];
    page.context().on('request', (request) => workers.push(/[a-z]+\.worker/.exec(request.url())?.[0] ?? ''));
    const found = async (threads: number) => {
      workers.length = 0;
      const { data, layers, selection, selectivity } = await run(corrections, { ...options, device: 'wasm', threads });
      return { data, layers, selection, selectivity } satisfies Partial<RunFile>;
    };
    const one = await found(1);
    expect(one.data.labels).toHaveLength(classes);
    expect(workers).not.toContain('trainer.worker');
    expect(await found(2)).toEqual(one);
    expect(workers).toContain('trainer.worker');
  });
});
