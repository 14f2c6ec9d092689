/**
 * A file on its way: made by the engine, then written where the user wants it. A browser opens its dialog only after a
 * click, so a file that took long to make waits for one. One file at a time.
 */
import { Eta, throttle } from '../../base/eta.ts';
import { isAbort, toPlainError, type PlainError } from '../../base/errors.ts';
import { byteSize } from '../../report/format.ts';
import type { RunEvent } from '../../session/contract.ts';
import type { StageProgress } from './job.svelte.ts';
import { mayAsk, saveFile, type MadeFile } from './save-file.ts';
import type { Session, SessionSource } from './session.ts';

export type SavePhase =
  | { name: 'idle' }
  | {
      name: 'making';
      /** Its title. */
      stage: string | null;
      progress: StageProgress | null;
      controller: AbortController;
    }
  /** It waits for a place. */
  | { name: 'made'; file: MadeFile }
  | { name: 'writing'; file: MadeFile; progress: StageProgress | null; controller: AbortController }
  | { name: 'saved'; text: string }
  /** `file` is there when only writing has failed. */
  | { name: 'failed'; error: PlainError; file: MadeFile | null };

/** What the live region says of it. */
export interface SavingWords {
  ready: string;
  saved: string;
  cancelled: string;
}

export const activationWords: SavingWords = {
  ready: 'The file of activations is ready.',
  saved: 'The activations are saved.',
  cancelled: 'Cancelled. What was extracted is kept.',
};

/** Makes the bytes; hears of stages and warnings, ends when the signal says so. */
type MakeFile = (session: Session, hear: (event: RunEvent) => void, signal: AbortSignal) => Promise<Blob>;

export class FileSaving {
  phase = $state.raw<SavePhase>({ name: 'idle' });
  warnings = $state.raw<string[]>([]);
  /** A worker or the disk has work to do. */
  readonly busy = $derived(this.phase.name === 'making' || this.phase.name === 'writing');

  readonly #session: SessionSource;
  readonly #announce: (text: string) => void;
  readonly #words: SavingWords;
  #titles = new Map<string, string>();

  constructor(session: SessionSource, words: SavingWords, announce: (text: string) => void) {
    this.#session = session;
    this.#words = words;
    this.#announce = announce;
  }

  /** Makes the file and, if the browser still lets a dialog open, asks where to put it. */
  async make(work: MakeFile, name: string): Promise<void> {
    if (this.busy) return;
    const controller = new AbortController();
    this.warnings = [];
    this.phase = { name: 'making', stage: null, progress: null, controller };
    const isCurrent = (): boolean => this.phase.name === 'making' && this.phase.controller === controller;
    try {
      const session = await this.#session();
      const hear = (event: RunEvent): void => void (isCurrent() && this.#hear(event));
      const blob = await work(session, hear, controller.signal);
      if (!isCurrent()) return;
      this.phase = { name: 'made', file: { blob, name } };
      this.#announce(this.#words.ready);
    } catch (error) {
      if (!isCurrent()) return;
      const plain = toPlainError(error);
      this.phase = plain.code === 'cancelled' ? { name: 'idle' } : { name: 'failed', error: plain, file: null };
      return;
    }
    if (mayAsk()) await this.save();
  }

  /** Asks where to put a file that is made, and writes it there. */
  async save(): Promise<void> {
    if (this.phase.name !== 'made' && this.phase.name !== 'failed') return;
    const { file } = this.phase;
    if (file === null) return;
    const controller = new AbortController();
    const writing: SavePhase = { name: 'writing', file, progress: null, controller };
    this.phase = writing;
    const eta = new Eta();
    const [scale, unit] = file.blob.size < 1e8 ? ([1e3, 'kB'] as const) : ([1e6, 'MB'] as const);
    const reports = throttle((progress: StageProgress) => {
      if (this.phase.name === 'writing' && this.phase.controller === controller)
        this.phase = { ...this.phase, progress };
    });
    try {
      const saved = await saveFile(file, {
        signal: controller.signal,
        progress: (bytes, size) => {
          const [done, total] = [bytes / scale, size / scale];
          reports.push({ done, total, share: done / Math.max(1, total), unit, ...eta.sample(done, total) });
        },
      });
      if (saved.name === 'dismissed') this.phase = { name: 'made', file };
      else {
        const size = byteSize(file.blob.size);
        const text =
          saved.name === 'written'
            ? `\`${saved.fileName}\` is saved, ${size}.`
            : `\`${file.name}\`, ${size}, is with the browser’s downloads.`;
        this.phase = { name: 'saved', text };
        this.#announce(this.#words.saved);
      }
    } catch (error) {
      if (isAbort(error)) this.phase = { name: 'made', file };
      else {
        const plain = toPlainError(error);
        // A file that the browser lost has to be made again.
        this.phase = { name: 'failed', error: plain, file: plain.code === 'unwritable-file' ? file : null };
      }
    }
  }

  /** Stops at once; a file that was being written is still there to be saved. */
  cancel(): void {
    if (this.phase.name === 'making') {
      const { controller } = this.phase;
      this.phase = { name: 'idle' };
      controller.abort();
      this.#announce(this.#words.cancelled);
    } else if (this.phase.name === 'writing') this.phase.controller.abort();
  }

  /** Puts away what is over, and gives back the memory of a file that nobody saved. */
  dismiss(): void {
    if (!this.busy) this.phase = { name: 'idle' };
  }

  #hear(event: RunEvent): void {
    if (this.phase.name !== 'making') return;
    if (event.kind === 'warning') this.warnings = [...this.warnings, event.text];
    else if (event.kind === 'stages') this.#titles = new Map(event.stages.map(({ name, title }) => [name, title]));
    else if (event.kind === 'stage') this.#show(event.stage, null);
    else if (event.kind === 'progress') this.#show(event.stage, event);
  }

  #show(stage: string, progress: StageProgress | null): void {
    if (this.phase.name === 'making') this.phase = { ...this.phase, stage: this.#titles.get(stage) ?? stage, progress };
  }
}
