/** The run's options, remembered in this browser. What was stored is checked when read; nothing stored is no loss. */
import * as v from 'valibot';
import { scoreNames } from '../../data/tasks.ts';
import type { ListField } from './list-fields.ts';
import { defaultOptions, type ExperimentCard, type RunOptions } from '../../session/contract.ts';

const key = 'winnow-options-1';
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const schema = v.object({
  protocol: v.picklist(['paper', 'refined']),
  metric: v.nullable(v.picklist(scoreNames)),
  seed: count,
  seeds: count,
  rows: v.nullable(count),
  maxLength: count,
  aggregation: v.optional(v.picklist(['last', 'first', 'average']), defaultOptions.aggregation),
  device: v.picklist(['auto', 'webgpu', 'wasm']),
  threads: v.nullable(count),
  thresholds: v.optional(v.array(v.number()), defaultOptions.thresholds),
  deltas: v.optional(v.array(v.object({ layers: v.number(), neurons: v.number() })), defaultOptions.deltas),
  sweep: v.optional(v.boolean(), defaultOptions.sweep),
  maxFeatures: v.optional(v.boolean(), defaultOptions.maxFeatures),
});

/** Without fields in the form: only a configuration sets them, and only as long as it is there. */
const { epochs, batchSize, lambda1, lambda2 } = defaultOptions;
const training = { epochs, batchSize, lambda1, lambda2 };

export class Options {
  value = $state.raw<RunOptions>(stored() ?? defaultOptions);
  /** False where this browser keeps no settings (a private window, say). */
  remembered = $state.raw(true);

  /** Lists whose text cannot be read; the last right list stays in `value`. */
  misread = $state.raw<ReadonlyMap<ListField, string>>(new Map());

  /** The configuration that was taken over last. */
  #followed: string | null = null;

  setProblem(field: ListField, problem: string | null): void {
    if ((this.misread.get(field) ?? null) === problem) return;
    const misread = new Map(this.misread);
    if (problem === null) misread.delete(field);
    else misread.set(field, problem);
    this.misread = misread;
  }

  set(change: Partial<RunOptions>): void {
    this.value = { ...this.value, ...change };
    try {
      localStorage.setItem(key, JSON.stringify(this.value));
    } catch {
      this.remembered = false;
    }
  }

  /** Takes over what an experiment configuration says, once; what the user then changes stays. */
  follow(experiment: ExperimentCard | null): void {
    const followed = experiment && `${experiment.modified} ${experiment.path}`;
    if (followed === this.#followed) return;
    this.#followed = followed;
    this.set(experiment?.options ?? training);
  }

  /** Back to the defaults, also in the browser's memory. */
  reset(): void {
    this.set(defaultOptions);
  }
}

function stored(): RunOptions | null {
  try {
    const text = localStorage.getItem(key);
    if (text === null) return null;
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success ? { ...training, ...result.output } : null;
  } catch {
    return null; // storage refused or foreign text: the defaults serve
  }
}
