/** The list of libraries in docs/libraries.md is that of package.json; each is used, and nothing else is imported. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { scripts, overrides, dependencies, devDependencies, optionalDependencies } = JSON.parse(
  read('package.json'),
) as Record<string, Record<string, string>>;
const declared = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });

/** Commands that are called otherwise than their package. */
const commands = new Map([
  ['typescript', 'tsc'],
  ['dependency-cruiser', 'depcruise'],
]);

const folders = ['src', 'workers', 'headless', 'test', 'tools'];
const sources = [
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  ),
  ...readdirSync(root),
].filter((path) => /\.(ts|js|svelte|css)$/.test(path) && !path.startsWith('tools/stubs/'));

function packageOf(address: string): string {
  return address
    .split('/')
    .slice(0, address.startsWith('@') ? 2 : 1)
    .join('/');
}

/** An address that leads to a package, not to a file. */
const pattern =
  /(?:\bfrom|\bimport|\bimport\(|\bresolve\()\s*'((?:@[a-z][\w.-]*\/)?[a-z][\w.-]*(?:[:/][\w./?&*-]*)?)'/g;
const imported = new Set(
  sources.flatMap((path) => [...read(path).matchAll(pattern)].map(([, address]) => packageOf(address))),
);

test('the list in docs is that of package.json', () => {
  const [listed] = read('docs/libraries.md').split('## What is our own');
  const named = [...listed.matchAll(/^\| (`.*?`) *\|/gm)].flatMap(([, cell]) => cell.split(', '));
  expect(named.map((name) => name.slice(1, -1)).sort()).toEqual([...declared].sort());
});

test('each is used', () => {
  const settings = ['.prettierrc.json', 'tsconfig.app.json', 'tsconfig.node.json', 'vite.config.ts'].map(read).join();
  const calls = Object.values(scripts).join('\n');
  const isUsed = (name: string): boolean =>
    imported.has(name) ||
    name in overrides ||
    new RegExp(`(^|[ /])${commands.get(name) ?? name}( |$)`, 'm').test(calls) ||
    settings.includes(`"${name}"`) ||
    // Types of what is used; size-limit finds its parts by their names.
    (name.startsWith('@types/') && (imported.has(name.slice(7)) || name === '@types/node')) ||
    name === '@size-limit/file';
  expect(declared.filter((name) => !isUsed(name))).toEqual([]);
});

test('nothing else is imported', () => {
  const known = new Set([...declared, ...builtinModules]);
  const others = [...imported].filter((name) => !known.has(name) && !name.startsWith('node:'));
  expect(others).toEqual([]);
});
