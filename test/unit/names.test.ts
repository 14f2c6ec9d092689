/** One name, one thing: no name is exported by two modules of src or of the command line. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|interface|type|class|enum) (\w+)/gm;

test('no name is exported twice', () => {
  const places = new Map<string, string[]>();
  for (const folder of ['src', 'headless']) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))) {
      const text = readFileSync(join(root, folder, file), 'utf8');
      for (const [, name] of text.matchAll(declaration)) {
        places.set(name, [...(places.get(name) ?? []), `${folder}/${file}`]);
      }
    }
  }
  expect(places.size).toBeGreaterThan(500);
  expect([...places].filter(([, files]) => new Set(files).size > 1)).toEqual([]);
});
