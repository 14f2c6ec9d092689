/** The GPU process, and what holds it, killed at every stage of a run on WebGPU, with the software adapter. */
import { describe, test } from 'vitest';
import { stages, useScene } from './inputs.ts';

/** The software adapter takes minutes for what the processor does in seconds. */
const scene = useScene(['--device', 'webgpu', '--no-figures'], { train: 160, dev: 60 });

describe.for(['GPU process', 'renderer'] as const)('%s', (victim) => {
  test.for(stages)('%s, from %d on', async ([title, share]) => {
    await scene.kill(`${victim} ${title} ${share}`, { victim, at: { title, share } });
  });
});
