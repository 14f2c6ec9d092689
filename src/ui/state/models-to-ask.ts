/** The models of a result that answer what a person types: the smaller one made in this tab or stored with a demo, and the whole one. */
import { tasks } from '../../data/tasks.ts';
import type { HostedRecord } from '../../publication/hosted.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { AnsweringRequest } from '../../session/contract.ts';
import type { App } from './app.svelte.ts';
import { demoAnswering, loadDemo } from './demo.ts';
import type { OpenResult } from './open-results.svelte.ts';
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
export function modelsToAsk(app: App, { id, hosted }: OpenResult, run: RunFile): ModelsToAsk | null {
  const { made } = app.smaller;
  if (made?.id !== id) return hosted ? storedModels(hosted, run) : null;
  const { model, request } = made;
  const { name, created, task } = model.record;
  const whole = { files: request.files, corrections: request.corrections, run };
  const open = (): Promise<AnsweringRequest> => Promise.resolve({ reduced: asDropped(model), whole });
  return { name: `${id} ${name} ${created}`, words: asksWords(run), pairs: task.pairs, open };
}

/** Those beside a result on this host; null where none are. */
export function storedModels({ id, smaller, pairs }: HostedRecord, run: RunFile): ModelsToAsk | null {
  if (smaller.length === 0) return null;
  const task = tasks[run.data.task];
  const open = async (): Promise<AnsweringRequest> => demoAnswering(await loadDemo(id));
  // A task of GLUE has two texts or one whatever its record says; data of one's own, only its record knows.
  const isPair = pairs || (task.kind === 'glue' && task.pair !== null);
  return { name: `demo ${id}`, words: asksWords(run), pairs: isPair, open };
}

function asksWords(run: RunFile): boolean {
  return tasks[run.data.task].kind === 'labelling';
}
