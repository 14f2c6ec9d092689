/** Builds `out/bench-gpu`: the bench's page, the demo beside it, and the launcher, for a machine that has no more than a Chromium and Python. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { assemblyScript } from '../../../tools/assemblyscript.ts';
import page from '../../../vite.config.ts';

const root = join(import.meta.dirname, '../../..');

function launcher(): Plugin {
  return {
    name: 'launcher',
    generateBundle() {
      const source = readFileSync(join(import.meta.dirname, 'run.py'));
      this.emitFile({ type: 'asset', fileName: 'run.py', source });
    },
  };
}

export default defineConfig({
  ...page,
  root: import.meta.dirname,
  publicDir: join(root, 'public'),
  plugins: [assemblyScript(), launcher()],
  build: { ...page.build, outDir: join(root, 'out/bench-gpu'), emptyOutDir: true },
});
