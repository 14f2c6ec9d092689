/**
 * A Vite plugin that compiles WebAssembly kernels: `import module from './sums.as.ts?wasm'` gives the bytes of the compiled
 * AssemblyScript, in the page, in workers and in tests. `?wasm=relaxed-simd` enables more than SIMD. A kernel has no
 * runtime and no data: it works in the memory that it is given as `env.memory`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Plugin } from 'vite';

const runtimeFree = ['--runtime', 'stub', '--importMemory', '--noExportMemory'];
const settings = ['-O3', ...runtimeFree, '--enable', 'simd', '--noColors', '--outFile', 'module.wasm'];

export function assemblyScript(): Plugin {
  return {
    name: 'assemblyscript',
    enforce: 'pre',
    load: {
      filter: { id: /\.as\.ts\?wasm/ },
      async handler(id) {
        const [file, query] = id.split('?');
        const features = new URLSearchParams(query).get('wasm') ?? '';
        const module = await compile(file, features, (source) => this.addWatchFile(source));
        const text = Buffer.from(module).toString('base64');
        const code = `export default Uint8Array.from(atob('${text}'), (character) => character.charCodeAt(0));`;
        return { code, moduleType: 'js', moduleSideEffects: false };
      },
    },
  };
}

/** @throws Error with the compiler's messages, which name file, line and column. */
async function compile(file: string, features: string, onRead: (source: string) => void): Promise<Uint8Array> {
  // Half a second to load, and most starts of Vite need no kernel.
  const { createMemoryStream, main } = await import('assemblyscript/asc');
  const stderr = createMemoryStream();
  let module: Uint8Array | undefined;
  const place = ['--baseDir', dirname(file), ...(features === '' ? [] : ['--enable', features])];
  const { error } = await main([basename(file), ...place, ...settings], {
    stderr,
    readFile(name, base) {
      const source = resolve(base, name);
      if (!existsSync(source)) return null;
      onRead(source);
      return readFileSync(source, 'utf8');
    },
    writeFile(_, contents) {
      if (typeof contents !== 'string') module = contents;
    },
  });
  if (module === undefined) throw new Error(`${file} does not compile.\n${stderr.toString()}`, { cause: error });
  return module;
}
