/** The files that were dropped, the user's corrections, and what the engine recognised in them. */
import type { Pooling } from '../../base/pooling.ts';
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { Shape } from '../../measures/field.ts';
import type { TaskName } from '../../data/tasks.ts';
import type { Corrections, DroppedFile, Inspection, Role, RunRequest } from '../../session/contract.ts';
import { Latest } from './latest.ts';
import type { SessionSource } from './session.ts';

/** While files are looked at again, what was known stays on screen. */
export type InspectionPhase =
  | { name: 'empty' }
  | { name: 'inspecting'; known: Inspection | null }
  | { name: 'inspected'; known: Inspection }
  | { name: 'failed'; known: null; error: PlainError };

/** Files and options that activations can be made of, and what was recognised in them. */
export interface SavableInputs {
  request: RunRequest;
  known: Inspection;
}

export class InputFiles {
  files = $state.raw<DroppedFile[]>([]);
  corrections = $state.raw<Corrections>({});
  /** One run a column of labels is wanted. */
  everyLabel = $state.raw(false);
  phase = $state.raw<InspectionPhase>({ name: 'empty' });
  readonly ready = $derived(this.phase.name === 'inspected' && isReady(this.phase.known));

  readonly #session: SessionSource;
  readonly #inspections = new Latest<Inspection>();
  readonly #onInspected: (known: Inspection | null) => void;

  /** @param onInspected hears what every look at the files recognised; null: there are no files any more. */
  constructor(session: SessionSource, onInspected: (known: Inspection | null) => void) {
    this.#session = session;
    this.#onInspected = onInspected;
  }

  /** What is known now, also while it is being looked at again. */
  get known(): Inspection | null {
    return this.phase.name === 'empty' ? null : this.phase.known;
  }

  /** The columns of labels that are run in turn; null: there is one run. */
  get labelColumns(): string[] | null {
    const labels = this.known?.data?.columns?.labels ?? [];
    return this.everyLabel && labels.length > 1 ? labels : null;
  }

  /** Adds files; one with the path of an earlier one takes its place. */
  add(files: readonly DroppedFile[]): void {
    const byPath = new Map(this.files.map((file) => [file.path, file]));
    for (const file of files) byPath.set(file.path, file);
    this.files = [...byPath.values()];
    // Which weights are used and how activations are read was said of the files that were there.
    this.#correct({}, 'weights', 'encoder', 'layers', 'sentenceToken');
  }

  remove(path: string): void {
    this.files = this.files.filter((file) => file.path !== path);
    if (this.files.length === 0) this.clear();
    else this.inspect();
  }

  clear(): void {
    this.#inspections.forget();
    this.files = [];
    this.corrections = {};
    this.phase = { name: 'empty' };
    this.#onInspected(null);
  }

  chooseTask(task: TaskName): void {
    // Columns belong to a task: another one finds its own.
    this.#correct({ task }, 'columns');
  }

  /** Other columns; what is not named stays as it is. */
  chooseColumns(columns: NonNullable<Corrections['columns']>): void {
    this.#correct({ columns: { ...this.corrections.columns, ...columns } });
  }

  /** Which token of an activation file stands for a sentence. */
  chooseSentenceToken(sentenceToken: Pooling): void {
    this.#correct({ sentenceToken });
  }

  /** How many layers the columns of an activation file hold; null: one. */
  chooseLayers(layers: number | null): void {
    if (layers === null) this.#correct({}, 'layers');
    else this.#correct({ layers });
  }

  /** What quotes in tables between tabs are; '': as the file looks. */
  chooseQuotes(quotes: 'csv' | 'text' | ''): void {
    if (quotes === '') this.#correct({}, 'quotes');
    else this.#correct({ quotes });
  }

  chooseRole(path: string, role: Role | null): void {
    this.#correct({ roles: { ...this.corrections.roles, [path]: role } });
  }

  chooseWeights(path: string): void {
    this.#correct({ weights: path }, 'encoder');
  }

  /** Which of several encoders in the weight file. */
  chooseEncoder(encoder: string): void {
    this.#correct({ encoder });
  }

  #correct(change: Corrections, ...dropped: (keyof Corrections)[]): void {
    const corrections = { ...this.corrections, ...change };
    for (const name of dropped) delete corrections[name];
    this.corrections = corrections;
    if ('task' in change || change.columns?.label !== undefined) this.everyLabel = false;
    this.inspect();
  }

  /** Looks at all files again; resolves nothing, the phase tells. */
  inspect(): void {
    this.phase = { name: 'inspecting', known: this.known };
    const { files, corrections } = this;
    const work = async (): Promise<Inspection> => (await this.#session()).inspect(files, corrections);
    this.#inspections.ask(work, (outcome) => {
      this.phase =
        'value' in outcome
          ? { name: 'inspected', known: outcome.value }
          : { name: 'failed', known: null, error: toPlainError(outcome.error) };
      if ('value' in outcome) this.#onInspected(outcome.value);
    });
  }
}

/** Whether a run can start. */
export function isReady(inspection: Inspection): boolean {
  return hasVectors(inspection) && inspection.data !== null && inspection.missing.length === 0;
}

/** Whether there is anything that vectors can be had of. */
export function hasVectors({ model, tokenizer, activations }: Inspection): boolean {
  return (model !== null && tokenizer !== null) || activations !== null;
}

/** Of the vectors, embeddings included; null where nothing is known yet. */
export function shapeOf({ model, activations }: Inspection): Shape | null {
  if (activations) return { layers: activations.layers, hidden: activations.hidden };
  return model && { layers: model.layers + 1, hidden: model.hidden };
}
