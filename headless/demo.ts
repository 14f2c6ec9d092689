/** The embedded demos as inputs of a run: the files that a manifest names, as the page itself takes them. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkHosted, checkList } from '../src/publication/hosted.ts';
import { CommandFailure } from './failure.ts';
import type { InputFile } from './drive.ts';
import { root } from './serve.ts';

export interface DemoInputs {
  name: string;
  /** Whether its data label words. */
  words: boolean;
  /** Its folder in public/demo. */
  folder: string;
  inputs: InputFile[];
}

const demos = join(root, 'public/demo');

/** In the order in which the page offers them. @throws CommandFailure when the project holds no demo. */
export async function embeddedDemos(): Promise<string[]> {
  const file = join(demos, 'index.json');
  const names = existsSync(file) ? checkList(JSON.parse(await readFile(file, 'utf8'))) : [];
  if (names.length > 0) return names;
  const next = 'Restore public/demo, or name your own with --model, --data, --task and --out.';
  throw new CommandFailure('usage', 'The embedded demo is missing: public/demo/index.json names none.', next);
}

/** @param name null: the first. @throws CommandFailure when there is none of that name. */
export async function findDemo(name: string | null = null): Promise<DemoInputs> {
  const names = await embeddedDemos();
  const found = name ?? names[0];
  const folder = join(demos, found);
  if (!names.includes(found) || !existsSync(join(folder, 'manifest.json'))) {
    const next = `Name one of ${names.join(', ')}, or restore public/demo.`;
    throw new CommandFailure('usage', `There is no embedded demo \`${found}\` with a manifest.json.`, next);
  }
  const text = await readFile(join(folder, 'manifest.json'), 'utf8');
  const { files } = checkHosted(JSON.parse(text), 'manifest.json');
  const inputs = files.map(({ path }) => ({ location: join(folder, path), path: `${found}/${path}` }));
  return { name: found, words: files.some(({ path }) => path.endsWith('.conll')), folder, inputs };
}
