/** Every process of a run killed at every stage, on WebAssembly. */
import { describe, test } from 'vitest';
import { stages, useScene } from './inputs.ts';

const scene = useScene(['--device', 'wasm', '--no-figures']);

describe.for(['browser', 'renderer', 'GPU process', 'services', 'command'] as const)('%s', (victim) => {
  test.for(stages)('%s, from %d on', async ([title, share]) => {
    await scene.kill(`${victim} ${title} ${share}`, { victim, at: { title, share } });
  });
});
