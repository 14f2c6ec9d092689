/** The layers of two results held against each other: what was found, and the activations that a person gave for it. */
import type { DroppedFile, LayersAlike } from '../../session/contract.ts';
import type { RunFile } from '../../run/run-file.ts';
import { EngineTask } from './engine-task.svelte.ts';
import type { SessionSource } from './session.ts';

/** One of the two. */
export interface PairedResult {
  id: string;
  title: string;
  run: RunFile;
}

export class LayerPairs {
  readonly task: EngineTask;
  /** By the ids of both. */
  #found = $state.raw<ReadonlyMap<string, LayersAlike>>(new Map());
  /** Of the test rows, by the id of the result. */
  #files = $state.raw<ReadonlyMap<string, DroppedFile[]>>(new Map());
  readonly #announce: (text: string) => void;

  constructor(session: SessionSource, announce: (text: string) => void) {
    this.task = new EngineTask(session);
    this.#announce = announce;
  }

  /** Null: not compared yet. */
  of(first: string, other: string): LayersAlike | null {
    return this.#found.get(`${first} ${other}`) ?? null;
  }

  know(first: string, other: string, found: LayersAlike): void {
    this.#found = new Map([...this.#found, [`${first} ${other}`, found]]);
  }

  filesOf(id: string): DroppedFile[] | null {
    return this.#files.get(id) ?? null;
  }

  give(id: string, files: DroppedFile[]): void {
    this.#files = new Map([...this.#files, [id, files]]);
  }

  async compare(first: PairedResult, other: PairedResult): Promise<void> {
    const [own, its] = [first, other].map(({ id, title, run }) => ({ title, run, files: this.filesOf(id) }));
    const request = {
      results: [own, its] as [typeof own, typeof its],
      place: { device: 'auto', threads: null } as const,
    };
    const found = await this.task.run((session, hear, signal) => session.compareLayers(request, hear, signal));
    if (found === null) return;
    this.know(first.id, other.id, found);
    this.#announce('The layers are compared.');
  }
}
