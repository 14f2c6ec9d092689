/** Every process killed while figures are drawn and written, and the command while its result is moved into place. */
import { describe, test } from 'vitest';
import { useScene } from './inputs.ts';

const scene = useScene(['--device', 'wasm']);

describe.for(['browser', 'renderer', 'GPU process', 'services', 'command'] as const)('%s', (victim) => {
  test.for([
    ['drawn', '.bib'],
    ['written', '.svg'],
  ])('figures are being %s', async ([, written]) => {
    await scene.kill(`${victim} ${written}`, { victim, at: { written } });
  });
});

describe('command, while files are moved: before', () => {
  test.for([
    ['the first', () => 1],
    ['the second', () => 2],
    ['the middle one', (files: number) => Math.ceil(files / 2)],
    ['the last', (files: number) => files],
  ] as const)('%s', async ([which, at]) => {
    await scene.kill(`move ${which}`, { victim: 'command', at: at(scene.undisturbed().names.length) });
  });
});
