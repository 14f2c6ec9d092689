/** The run's options, remembered in this browser. What was stored is checked when read; nothing stored is no loss. */
import * as v from 'valibot';
import { defaultOptions, optionTable, type AnyOption, type ListName } from '../../options/table.ts';
import type { ExperimentCard, RunOptions } from '../../session/contract.ts';

const key = 'winnow-options-1';
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Those with a field in the form; one that came after the others were stored has its default. */
const schema = v.object(
  Object.fromEntries(
    optionTable
      .filter(({ field }) => field !== null)
      .map((option) => [option.name, v.optional(schemaOf(option), option.default)]),
  ),
);

/** Without fields in the form: only a configuration sets them, and only as long as it is there. */
const fieldless: Partial<RunOptions> = Object.fromEntries(
  optionTable.filter(({ field }) => field === null).map((option) => [option.name, option.default]),
);

function schemaOf(option: AnyOption): v.GenericSchema {
  switch (option.kind) {
    case 'number':
      return option.default === null ? v.nullable(count) : count;
    case 'choice':
      return option.default === null ? v.nullable(v.picklist(option.values)) : v.picklist(option.values);
    case 'list':
      return v.array(option.schema);
    case 'switch':
      return v.boolean();
  }
}

export class Options {
  value = $state.raw<RunOptions>(stored() ?? defaultOptions);
  /** False where this browser keeps no settings (a private window, say). */
  remembered = $state.raw(true);

  /** Lists whose text cannot be read; the last right list stays in `value`. */
  misread = $state.raw<ReadonlyMap<ListName, string>>(new Map());

  /** The configuration that was taken over last. */
  #followed: string | null = null;

  setProblem(field: ListName, problem: string | null): void {
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
    this.set(experiment?.options ?? fieldless);
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
    return result.success ? { ...defaultOptions, ...result.output } : null;
  } catch {
    return null; // storage refused or foreign text: the defaults serve
  }
}
