/** Before the end-to-end and reference tests: the page as it will be shipped and the commands, each built once. */
import type { TestProject } from 'vitest/node';
import { buildIfNeeded } from '../../headless/build.ts';
import { bundleCommands } from './bundle-commands.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with a bundle of each command: `analyze.mjs` and so on. */
    commandsFolder: string;
  }
}

export default async function buildPage({ provide }: TestProject): Promise<() => void> {
  await buildIfNeeded((line) => process.stderr.write(`${line}\n`));
  const { folder, remove } = await bundleCommands();
  provide('commandsFolder', folder);
  return remove;
}
