/** The run's options, remembered in this browser. What was stored is checked when read; nothing stored is no loss. */
import * as v from 'valibot';
import { ownName } from '../../base/own-name.ts';
import { defaultOptions, optionTable, type AnyOption, type ListName } from '../../options/table.ts';
import type { DataCard, ExperimentCard, RunOptions } from '../../session/contract.ts';
import { tasks } from '../../data/tasks.ts';
import { changedOptions } from './option-form.ts';

const key = ownName('winnow-options-1');
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A data set as far as options are made for it. */
const dataMark = v.object({ key: v.string(), title: v.string() });
type DataMark = v.InferOutput<typeof dataMark>;

/** Made in an earlier visit, for nobody knows what. */
const unknownData: DataMark = { key: '', title: '' };

/** Told by its train file: another dev or test file is no other data set. */
export function dataMarkOf({ task, files }: DataCard): DataMark {
  const train = files.find(({ role }) => role === 'train') ?? files.at(0);
  return { key: train ? `${train.bytes} ${train.name}` : '', title: tasks[task].title };
}

const withField = optionTable.filter(({ field }) => field !== null);

/** Those with a field in the form; one that came after the others were stored has its default. */
const schema = v.object(
  Object.fromEntries(withField.map((option) => [option.name, v.optional(schemaOf(option), option.default)])),
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
  value = $state.raw<RunOptions>(defaultOptions);
  /** False where this browser keeps no settings (a private window, say). */
  remembered = $state.raw(true);

  /** Lists whose text cannot be read; the last right list stays in `value`. */
  misread = $state.raw<ReadonlyMap<ListName, string>>(new Map());

  /** How often all were set back, for fields that hold a text of their own. */
  resets = $state(0);
  /** What was changed for other data, with that data's title ('' if unknown), until the user keeps it or sets it back. */
  carried = $state.raw<{ title: string; options: RunOptions } | null>(null);

  /** The configuration that was taken over last. */
  #followed: string | null = null;
  #data: DataMark | null = null;
  /** What the changed options were made for. */
  #madeFor: DataMark | null = null;

  constructor() {
    const kept = stored();
    if (kept === null) return;
    this.value = kept.options;
    this.#madeFor = kept.madeFor;
  }

  /** Hears which data is here; null: none any more. Options that were changed for other data are kept, and named. */
  meet(data: DataMark | null): void {
    if (data?.key === this.#data?.key) return;
    this.#data = data;
    if (data === null) return;
    const other = this.#madeFor !== null && this.#madeFor.key !== data.key ? this.#madeFor : null;
    if (other === null || changedOptions(this.value, withField).length === 0) this.keep();
    else this.carried = { title: other.title, options: this.value };
  }

  /** What was changed for other data is meant for this, too. */
  keep(): void {
    this.carried = null;
    this.#madeFor = this.#data;
    this.#store();
  }

  setProblem(field: ListName, problem: string | null): void {
    if ((this.misread.get(field) ?? null) === problem) return;
    const misread = new Map(this.misread);
    if (problem === null) misread.delete(field);
    else misread.set(field, problem);
    this.misread = misread;
  }

  set(change: Partial<RunOptions>): void {
    this.value = { ...this.value, ...change };
    if (this.carried === null || changedOptions(this.value, withField).length === 0) this.keep();
    else this.#store();
  }

  #store(): void {
    try {
      localStorage.setItem(key, JSON.stringify({ ...this.value, madeFor: this.#madeFor }));
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
    this.resets += 1;
  }
}

function stored(): { options: RunOptions; madeFor: DataMark } | null {
  try {
    const text = localStorage.getItem(key);
    if (text === null) return null;
    const value: unknown = JSON.parse(text);
    const result = v.safeParse(schema, value);
    if (!result.success) return null;
    const mark = v.safeParse(v.object({ madeFor: dataMark }), value);
    const options: RunOptions = { ...defaultOptions, ...result.output };
    return { options, madeFor: mark.success ? mark.output.madeFor : unknownData };
  } catch {
    return null; // storage refused or foreign text: the defaults serve
  }
}
