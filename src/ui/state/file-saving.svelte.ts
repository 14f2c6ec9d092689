/**
 * A file on its way: made by the engine, then written where the user wants it. A browser opens its dialog only after a
 * click, so a file that took long to make waits for one. One file at a time.
 */
import { Eta, throttle } from '../../base/eta.ts';
import { isAbort, toPlainError, type PlainError } from '../../base/errors.ts';
import { byteSize } from '../../report/format.ts';
import { EngineTask, type EngineWork } from './engine-task.svelte.ts';
import type { StageProgress } from './job.svelte.ts';
import { mayAsk, saveFile, type MadeFile } from './save-file.ts';
import type { SessionSource } from './session.ts';

export type SavePhase =
  | { name: 'idle' }
  /** It waits for a place. */
  | { name: 'made'; file: MadeFile }
  | { name: 'writing'; file: MadeFile; progress: StageProgress | null; controller: AbortController }
  | { name: 'saved'; text: string }
  /** Writing has failed; null: a file that the browser lost has to be made again. */
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

export class FileSaving {
  /** Of the file itself, once it is made. */
  phase = $state.raw<SavePhase>({ name: 'idle' });
  /** The making of it. */
  readonly making: EngineTask;
  /** A worker or the disk has work to do. */
  readonly busy = $derived.by(() => this.making.busy || this.phase.name === 'writing');
  readonly #announce: (text: string) => void;
  readonly #words: SavingWords;

  constructor(session: SessionSource, words: SavingWords, announce: (text: string) => void) {
    this.making = new EngineTask(session);
    this.#words = words;
    this.#announce = announce;
  }

  /** Makes the file and, if the browser still lets a dialog open, asks where to put it. */
  async make(work: EngineWork<Blob>, name: string): Promise<void> {
    if (this.busy) return;
    this.phase = { name: 'idle' };
    const blob = await this.making.run(work);
    if (blob === null) return;
    this.phase = { name: 'made', file: { blob, name } };
    this.#announce(this.#words.ready);
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
        this.phase = { name: 'failed', error: plain, file: plain.code === 'unwritable-file' ? file : null };
      }
    }
  }

  /** Stops at once; a file that was being written is still there to be saved. */
  cancel(): void {
    if (this.making.busy) {
      this.making.cancel();
      this.#announce(this.#words.cancelled);
    } else if (this.phase.name === 'writing') this.phase.controller.abort();
  }

  /** Puts away what is over, and gives back the memory of a file that nobody saved. */
  dismiss(): void {
    if (!this.busy) this.phase = { name: 'idle' };
  }
}
