/** Results as a page for a host: into a folder that a person picks, where the browser can, or as a zip. */
import { importPart } from '../../base/load-part.ts';
import type { SiteFile } from '../../publication/site.ts';
import { byteSize, counted } from '../../report/format.ts';
import { EngineTask } from './engine-task.svelte.ts';
import { FileSaving, type SavingWords } from './file-saving.svelte.ts';
import { PublishStages } from './publish-stages.ts';
import type { SessionSource } from './session.ts';

/** Makes the files of the page. */
export type SiteMaking = (stages: PublishStages, signal: AbortSignal) => Promise<SiteFile[]>;

/** Chrome has it, the types of TypeScript do not yet. */
type Picking = typeof window & {
  showDirectoryPicker?: (options: { id: string; mode: 'readwrite' }) => Promise<FileSystemDirectoryHandle>;
};

const words: SavingWords = {
  ready: 'The page is ready.',
  saved: 'The page is published.',
  cancelled: 'Cancelled. Nothing was written.',
};

/** Whether this browser lets a page write into a folder. */
export function writesFolders(): boolean {
  return (window as Picking).showDirectoryPicker !== undefined;
}

export class SitePublishing {
  /** As a zip. */
  readonly saving: FileSaving;
  /** Into a folder. */
  readonly writing: EngineTask;
  /** What was written into a folder; '': nothing yet. */
  written = $state.raw('');
  readonly busy = $derived.by(() => this.saving.busy || this.writing.busy);
  readonly #announce: (text: string) => void;
  /** A cancelled one is still clearing up. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(session: SessionSource, announce: (text: string) => void) {
    this.saving = new FileSaving(session, words, announce);
    this.writing = new EngineTask(session);
    this.#announce = announce;
  }

  /** @param name of the zip */
  async save(making: SiteMaking, name: string): Promise<void> {
    this.written = '';
    await this.saving.make(async (session, hear, signal) => {
      const files = await making(new PublishStages(hear), signal);
      const blobs = files.map(({ path, content }) => ({ path, blob: content }));
      return session.archive(blobs, signal);
    }, name);
  }

  /**
   * Asks for the folder at once, as a browser wants it.
   * @param replaces what was published there before.
   */
  async write(making: SiteMaking, replaces: boolean): Promise<void> {
    if (this.busy) return;
    this.saving.dismiss();
    this.written = '';
    const folder = await (window as Picking)
      .showDirectoryPicker?.({ id: 'published', mode: 'readwrite' })
      .catch(() => null); // closed, or refused
    if (!folder) return;
    const before = this.#last;
    await this.writing.run((_, hear, signal) => {
      const work = before.then(() => writeInto(folder, { making, replaces, stages: new PublishStages(hear), signal }));
      this.#last = work.catch(() => undefined);
      return work.then((said) => {
        this.written = said;
        this.#announce(words.saved);
      });
    });
  }

  cancel(): void {
    if (this.writing.busy) {
      this.writing.cancel();
      this.#announce(words.cancelled);
    } else this.saving.cancel();
  }

  /** Puts away what is over. */
  dismiss(): void {
    this.saving.dismiss();
    if (!this.busy) this.written = '';
  }
}

interface Work {
  making: SiteMaking;
  replaces: boolean;
  stages: PublishStages;
  signal: AbortSignal;
}

/** @returns what was written, as a sentence. */
async function writeInto(folder: FileSystemDirectoryHandle, work: Work): Promise<string> {
  const { making, replaces, stages, signal } = work;
  const { checkFolder, writeFolder } = await importPart(() => import('./write-folder.ts'));
  const before = await checkFolder(folder, replaces);
  const files = await making(stages, signal);
  await writeFolder(folder, files, before, { signal, progress: stages.begin('write', 'bytes') });
  const bytes = files.reduce((sum, { content }) => sum + content.size, 0);
  return `\`${folder.name}\` holds the page now: ${counted(files.length, 'file')}, ${byteSize(bytes)}.`;
}
