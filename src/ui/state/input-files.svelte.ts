/** The files that were dropped, the user's corrections, and what the engine recognised in them. */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { TaskName } from '../../data/tasks.ts';
import type { Corrections, DroppedFile, Inspection, Role, SentenceToken } from '../../session/contract.ts';
import { Latest } from './latest.ts';
import type { SessionSource } from './session.ts';

/** While files are looked at again, what was known stays on screen. */
export type InspectionPhase =
  | { name: 'empty' }
  | { name: 'inspecting'; known: Inspection | null }
  | { name: 'inspected'; known: Inspection }
  | { name: 'failed'; known: null; error: PlainError };

export class InputFiles {
  files = $state.raw<DroppedFile[]>([]);
  corrections = $state.raw<Corrections>({});
  phase = $state.raw<InspectionPhase>({ name: 'empty' });
  readonly ready = $derived(this.phase.name === 'inspected' && isReady(this.phase.known));

  readonly #session: SessionSource;
  readonly #inspections = new Latest<Inspection>();

  readonly #found: (known: Inspection | null) => void;

  /** @param found hears what every look at the files recognised; null: there are no files any more. */
  constructor(session: SessionSource, found: (known: Inspection | null) => void) {
    this.#session = session;
    this.#found = found;
  }

  /** What is known now, also while it is being looked at again. */
  get known(): Inspection | null {
    return this.phase.name === 'empty' ? null : this.phase.known;
  }

  /** Adds files; one with the path of an earlier one takes its place. */
  add(files: readonly DroppedFile[]): void {
    const byPath = new Map(this.files.map((file) => [file.path, file]));
    for (const file of files) byPath.set(file.path, file);
    this.files = [...byPath.values()];
    this.#forgetReading();
    this.inspect();
  }

  remove(path: string): void {
    this.files = this.files.filter((file) => file.path !== path);
    if (this.files.length === 0) this.clear();
    else this.inspect();
  }

  /** Which weights are used and how activations are read was said of the files that were there. */
  #forgetReading(): void {
    const corrections = { ...this.corrections };
    delete corrections.weights;
    delete corrections.layers;
    delete corrections.sentenceToken;
    this.corrections = corrections;
  }

  clear(): void {
    this.#inspections.forget();
    this.files = [];
    this.corrections = {};
    this.phase = { name: 'empty' };
    this.#found(null);
  }

  chooseTask(task: TaskName): void {
    // Columns belong to a task: another one finds its own.
    const corrections = { ...this.corrections, task };
    delete corrections.columns;
    this.corrections = corrections;
    this.inspect();
  }

  /** Other columns; what is not named stays as it is. */
  chooseColumns(columns: NonNullable<Corrections['columns']>): void {
    this.corrections = { ...this.corrections, columns: { ...this.corrections.columns, ...columns } };
    this.inspect();
  }

  /** How activation files are read: what stands for a sentence, or how many layers there are (null: one). */
  chooseReading({ sentenceToken, layers }: { sentenceToken?: SentenceToken; layers?: number | null }): void {
    const changed = { ...this.corrections, ...(sentenceToken && { sentenceToken }) };
    if (layers === null) delete changed.layers;
    else if (layers !== undefined) changed.layers = layers;
    this.corrections = changed;
    this.inspect();
  }

  chooseRole(path: string, role: Role | null): void {
    this.corrections = { ...this.corrections, roles: { ...this.corrections.roles, [path]: role } };
    this.inspect();
  }

  chooseWeights(path: string): void {
    this.corrections = { ...this.corrections, weights: path };
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
      if ('value' in outcome) this.#found(outcome.value);
    });
  }
}

/** Whether a run can start. */
export function isReady(inspection: Inspection): boolean {
  const { model, tokenizer, activations, data, missing } = inspection;
  const vectors = (model !== null && tokenizer !== null) || activations !== null;
  return vectors && data !== null && missing.length === 0;
}
