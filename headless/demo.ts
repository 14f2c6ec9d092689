/** The embedded demo as inputs of a run: the files that its manifest names, as the page itself takes them. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from './failure.ts';
import type { InputFile } from './drive.ts';
import { root } from './serve.ts';

export interface DemoInputs {
  /** Its folder in public/demo. */
  folder: string;
  inputs: InputFile[];
}

/** @throws CommandFailure when the project holds no demo. */
export async function findDemo(): Promise<DemoInputs> {
  const demos = join(root, 'public/demo');
  const name = existsSync(demos) && readdirSync(demos).find((entry) => existsSync(join(demos, entry, 'manifest.json')));
  if (!name) {
    const next = 'Restore public/demo, or name your own with --model, --data, --task and --out.';
    const message = 'The embedded demo is missing: no folder of public/demo has a manifest.json.';
    throw new CommandFailure('usage', message, next);
  }
  const folder = join(demos, name);
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { files: { path: string }[] };
  return {
    folder,
    inputs: manifest.files.map(({ path }) => ({ location: join(folder, path), path: `${name}/${path}` })),
  };
}
