/**
 * Before the end-to-end tests: the commands bundled once, in a folder of this run's own. Most of a command's start is
 * reading and translating its hundred modules; tests start some fifty.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'vite';
import { ownFolder, removeOwned, sweep } from '../../headless/owned.ts';
import { root } from '../../headless/serve.ts';

const commands = ['analyze', 'compare', 'extract', 'publish', 'reduce', 'report', 'start', 'time'] as const;

export interface Bundle {
  folder: string;
  remove(): void;
}

/** Each module goes on from where its source lies, wherever the bundle does. */
const places: Plugin = {
  name: 'places',
  transform: (code, id) => code.replaceAll('import.meta.dirname', JSON.stringify(dirname(id))),
};

export async function bundleCommands(): Promise<Bundle> {
  const caches = join(root, 'node_modules/.cache/winnow');
  await mkdir(caches, { recursive: true });
  sweep(caches);
  const folder = ownFolder(caches, 'dist');
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [places],
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      rolldownOptions: {
        input: Object.fromEntries(commands.map((name) => [name, join(root, 'headless', `${name}.ts`)])),
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  });
  return { folder, remove: () => removeOwned(folder) };
}
