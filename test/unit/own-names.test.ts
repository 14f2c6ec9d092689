/** Two pages on one host share its storage: every module that stores names what it stores with the page's folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const src = join(import.meta.dirname, '../../src');
const storing = /\b(?:localStorage|sessionStorage|indexedDB\.open|navigator\.locks)\b/;

test('no key, database or lock of the browser goes without the page’s folder', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(?:ts|svelte)$/.test(path));
  const texts = files.map((path) => ({ path, text: readFileSync(join(src, path), 'utf8') }));
  const stores = texts.filter(({ text }) => storing.test(text));
  expect(stores.length).toBeGreaterThan(5);
  expect(stores.filter(({ text }) => !text.includes('ownName(')).map(({ path }) => path)).toEqual([]);
});
