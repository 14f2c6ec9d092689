/** The compiler of kernels as a build uses it: small kernels in a folder of their own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { build } from 'vite';
import { startKernel } from '../../src/compute/kernels/wasm-kernel.ts';
import { assemblyScript } from '../../tools/assemblyscript.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Builds a script that imports `specifier`, and runs it: the bytes of the module. */
async function built(specifier: string, files: Record<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'entry.js'), `export { default } from '${specifier}';`);
  const script = `${specifier.replace(/\W/g, '-')}.mjs`;
  await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [assemblyScript()],
    build: { lib: { entry: 'entry.js', formats: ['es'], fileName: () => script }, target: 'es2023' },
  });
  const output = (await import(/* @vite-ignore */ join(folder, 'dist', script))) as {
    default: Uint8Array<ArrayBuffer>;
  };
  return output.default;
}

test('an import gives a module that runs on the memory it is handed; kernels may share a file', async () => {
  const module = await built('./twice.as.ts?wasm', {
    'shared.as.ts': 'export function doubled(value: f64): f64 { return 2 * value; }',
    'twice.as.ts': `import { doubled } from './shared.as';
      export function twice(at: usize): void { store<f64>(at, doubled(load<f64>(at))); }`,
  });
  const { memory, twice } = await startKernel<{ twice(at: number): void }>(module, 1);
  const numbers = new Float64Array(memory.buffer);
  numbers[3] = 0.75;
  twice(24);
  expect(numbers[3]).toBe(1.5);
});

test('features are on only where the import names them', async () => {
  const files = { 'has.as.ts': 'export function has(): i32 { return ASC_FEATURE_RELAXED_SIMD ? 1 : 0; }' };
  const has = async (specifier: string) => {
    const kernel = await startKernel<{ has(): number }>(await built(specifier, files), 1);
    return kernel.has();
  };
  expect(await has('./has.as.ts?wasm')).toBe(0);
  expect(await has('./has.as.ts?wasm=relaxed-simd')).toBe(1);
});

test('what does not compile fails the build with its place', async () => {
  const files = { 'wrong.as.ts': 'export function wrong(): i32 {\n  return missing;\n}' };
  await expect(built('./wrong.as.ts?wasm', files)).rejects.toThrow(
    /Cannot find name 'missing'[^]*wrong\.as\.ts\(2,10\)/,
  );
});
