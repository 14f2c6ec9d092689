/** Inputs of runs that are killed: small, and with something to do in every stage. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { dataFolder, modelFolder } from '../e2e/cli-process.ts';
import { Scene } from './scene.ts';

const enoughRows = { train: 2000, dev: 400 };
/** Every stage in little time: two answers from one seed. */
const quick = '--max-length 16 --seeds 1 --clustering 0.3 --deltas 3:1,1:1'.split(' ');

/** One scene for all tests of a file, its undisturbed run done before them. */
export function useScene(
  args: string[],
  rows = enoughRows,
): { kill: Scene['kill']; undisturbed: () => Scene['undisturbed'] } {
  let folder: string;
  let scene: Scene;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
    const [model, data] = [await modelFolder(folder), await dataFolder(folder, rows)];
    scene = new Scene(folder, ['--model', model, '--data', data, '--task', 'sst-2', ...quick, ...args]);
    await scene.prepare();
  });
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return { kill: (name, kill) => scene.kill(name, kill), undisturbed: () => scene.undisturbed };
}

/** By the stage's title, and how far it has come. */
export const stages: readonly (readonly [title: string, share: number])[] = [
  ['Read the files', 0],
  ['Cut texts into subwords', 0],
  ['Extract every layer', 0],
  ['Extract every layer', 0.9],
  ['Train the probes', 0.5],
  ['Cluster the neurons', 0],
  ['Find the neurons that are enough', 0],
  ['Leave neurons out without retraining', 0],
  ['Test against the full probe', 0],
];
