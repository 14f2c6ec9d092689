/**
 * Smaller models of results: made and measured by the engine, put into an archive, saved. The last one stays at hand to
 * answer what is typed; what was measured of it joins its run.
 */
import { withReduced } from '../../run/reduced.ts';
import { fileOf, type DroppedFile, type ReduceRequest, type SmallerModel } from '../../session/contract.ts';
import { FileSaving, type SavingWords } from './file-saving.svelte.ts';
import type { OpenResults } from './open-results.svelte.ts';
import type { SessionSource } from './session.ts';

/** One that was made in this tab. */
export interface MadeSmaller {
  /** Of the result that it was made of. */
  id: string;
  model: SmallerModel;
  request: ReduceRequest;
}

const words: SavingWords = {
  ready: 'The smaller model is ready.',
  saved: 'The smaller model is saved.',
  cancelled: 'Cancelled. Nothing was written.',
};

export class SmallerModels {
  readonly saving: FileSaving;
  made = $state.raw<MadeSmaller | null>(null);
  /** The result whose smaller model is being made, was made last or could not be made. */
  id = $state.raw<string | null>(null);
  readonly #results: OpenResults;

  constructor(session: SessionSource, results: OpenResults, announce: (text: string) => void) {
    this.#results = results;
    this.saving = new FileSaving(session, words, announce);
  }

  /** Makes it, measures it where data are at hand, and asks where to put its archive. @param id of the result */
  async make(id: string, request: ReduceRequest): Promise<void> {
    if (this.saving.busy) return;
    this.id = id;
    await this.saving.make(async (session, hear, signal) => {
      const model = await session.reduce(request, hear, signal);
      const archive = await session.archive(model.files, signal);
      if (signal.aborted) return archive;
      this.made = { id, model, request };
      const { entry } = model;
      if (entry) await this.#results.grow(id, ({ reduced }) => ({ reduced: withReduced(reduced, entry) }));
      return archive;
    }, `${request.name}.zip`);
  }
}

/** The files of a smaller model as if its folder had been dropped. */
export function asDropped({ files, record }: SmallerModel): DroppedFile[] {
  return files.map((file) => ({ path: `${record.name}/${file.path}`, file: fileOf(file) }));
}
