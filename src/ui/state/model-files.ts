/** The files that a result was made of, as far as this tab holds them: to make smaller models of, and to ask the whole one. */
import type { Corrections, DroppedFile } from '../../session/contract.ts';
import { demoOf } from './address.ts';
import type { App } from './app.svelte.ts';
import type { OpenResult } from './open-results.svelte.ts';
import { demoFiles, loadDemo } from './demo.ts';

export interface OwnFiles {
  files: DroppedFile[];
  corrections: Corrections;
}

/** Where they come from; null: this tab has none that could be it. */
export function originOf({ lastRun, inputs }: App, { id, hosted }: OpenResult): 'demo' | 'run' | 'dropped' | null {
  if (hosted?.files.some(({ role }) => role === 'model')) return 'demo';
  if (lastRun?.id === id) return 'run';
  return inputs.known?.model ? 'dropped' : null;
}

/**
 * Of the run itself, of its demo, or what was dropped last: whether that is the run's model is told by its hash.
 * @throws WinnowError where a demo's files cannot be fetched.
 */
export async function filesOf(app: App, result: OpenResult): Promise<OwnFiles | null> {
  const { id } = result;
  const demo = originOf(app, result) === 'demo' ? demoOf(id) : null;
  if (demo !== null) return { files: await demoFiles(await loadDemo(demo)), corrections: {} };
  const { lastRun, inputs } = app;
  if (lastRun?.id === id) return lastRun.inputs.request;
  return inputs.known?.model ? { files: inputs.files, corrections: inputs.corrections } : null;
}
