/** The models of a result that answer what a person types: the smaller one made in this tab or stored with a demo, and the whole one. */
import { tasks } from '../../data/tasks.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { AnsweringRequest } from '../../session/contract.ts';
import { demoOf } from './address.ts';
import type { App } from './app.svelte.ts';
import { demoAnswering, loadDemo } from './demo.ts';
import { asDropped } from './smaller-models.svelte.ts';

export interface ModelsToAsk {
  /** Of this pair of models. */
  name: string;
  /** A label a word. */
  words: boolean;
  /** Two texts. */
  pairs: boolean;
  open: () => Promise<AnsweringRequest>;
}

/** Null where this tab has none. */
export function modelsToAsk(app: App, id: string, run: RunFile): ModelsToAsk | null {
  const { made } = app.smaller;
  const demo = demoOf(id);
  if (made?.id !== id) return demo === null ? null : storedModels(demo, run);
  const { model, request } = made;
  const { name, created, task } = model.record;
  const whole = { files: request.files, corrections: request.corrections, run };
  const open = (): Promise<AnsweringRequest> => Promise.resolve({ reduced: asDropped(model), whole });
  return { name: `${id} ${name} ${created}`, words: asksWords(run), pairs: task.pairs, open };
}

/** Those beside a demo's result; null where none are. */
export function storedModels(demo: string, run: RunFile): ModelsToAsk | null {
  if (!run.reduced?.length) return null;
  const task = tasks[run.data.task];
  const pairs = task.kind === 'glue' && task.pair !== null;
  const open = async (): Promise<AnsweringRequest> => demoAnswering(await loadDemo(demo));
  return { name: `demo ${demo}`, words: asksWords(run), pairs, open };
}

function asksWords(run: RunFile): boolean {
  return tasks[run.data.task].kind === 'labelling';
}
