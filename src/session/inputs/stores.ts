/** The vectors of sources as they come into stores: one source after the other, each into what this browser keeps of it. */
import { openStore, reserve, type ActivationStore } from '../../activations/cache.ts';
import type { Activations } from '../../activations/matrix.ts';
import type { Progress } from '../../base/abort.ts';
import { extract } from '../stages/stage-table.ts';
import type { Stages } from '../stages/stages.ts';
import type { Outputs } from './encode.ts';
import { activationKey } from './activation-key.ts';
import type { Inputs } from './inputs.ts';
import type { RowSource } from './sources.ts';

/** What is to be extracted, whatever the vectors come from. */
export interface Extraction {
  inputs: Inputs;
  stages: Stages;
  sources: readonly RowSource[];
  /** The same rows as a run has them, in an order of its own, by source; default none. */
  inRun?: ReadonlyMap<RowSource, RowSource>;
  /** Held in memory beside the browser's storage, of all sources together. */
  limitBytes: number;
}

/** One source's activations, [outputs, layers + 1, hidden], and what the outputs are. */
export interface ExtractedSource extends Outputs {
  activations: Activations;
  /** Under which key they are kept. */
  key: string;
}

/**
 * Opens a source's store, has it filled and lets go of it, whatever happens.
 * @param maker of the vectors: it has a key of its own, so that no set mixes the numbers of two backends.
 */
export type InStore = (
  maker: string,
  kept: { source: RowSource; rows: number },
  fill: (store: ActivationStore) => Promise<unknown>,
) => Promise<Activations>;

/**
 * The stage `extract`: `work` brings one source after the other into its store, which has a share of the memory.
 * @param costs work of each source, compared with the others; null: its rows.
 */
export async function extractInTurn<S extends Outputs>(
  { inputs, stages, sources, limitBytes }: Extraction,
  prepared: readonly S[],
  facts: Parameters<Stages['run']>[1],
  work: (prepared: S, inStore: InStore, report: SourceProgress, source: RowSource) => Promise<Activations>,
  costs: readonly number[] | null = null,
): Promise<ExtractedSource[]> {
  const { name, layers, hidden } = inputs.modelFacts;
  const outputs = prepared.map(({ labels }) => labels.length);
  const extracted = await stages.run(extract, facts, (progress) =>
    inTurn({ sources, sizes: outputs, costs }, progress, async (source, report, index) => {
      let used = '';
      const inStore: InStore = async (maker, { source: kept, rows }, fill) => {
        const key = await activationKey(inputs, kept, maker);
        // A sample of it, or the same rows in another order, may come before.
        if (kept === source || used === '') used = key;
        await reserve(key);
        const store = await openStore({
          key,
          title: `${name} · ${inputs.task.title} ${kept.role}${kept.drawnFrom === null ? '' : ', quick look'}`,
          shape: { rows, layers: layers + 1, hidden },
          memoryBytes: Math.ceil((limitBytes * rows) / Math.max(1, sum(outputs))),
          warn: stages.warn,
        });
        try {
          await fill(store);
          return store.activations();
        } finally {
          await store.close();
        }
      };
      const activations = await work(prepared[index], inStore, report, source);
      return { activations, key: used };
    }),
  );
  return prepared.map((part, index) => ({ ...part, ...extracted[index] }));
}

/** Takes what is done of a source, and the share of its work. */
export type SourceProgress = (done: number, share?: number) => void;

interface Turns {
  sources: readonly RowSource[];
  /** Of each source, in what progress counts. */
  sizes: readonly number[];
  /** Work of each, compared with the others; null: its size. */
  costs?: readonly number[] | null;
}

/** One source after the other, their progress added up. */
export async function inTurn<T>(
  { sources, sizes, costs }: Turns,
  progress: Progress,
  work: (source: RowSource, report: SourceProgress, index: number) => Promise<T>,
): Promise<T[]> {
  const total = sum(sizes);
  const weights = costs ?? sizes;
  const whole = Math.max(1, sum(weights));
  const results: T[] = [];
  let before = 0;
  let spent = 0;
  for (const [index, source] of sources.entries()) {
    const at = { before, spent };
    const report: SourceProgress = (done, share = done / Math.max(1, sizes[index])) =>
      progress(at.before + done, total, (at.spent + share * weights[index]) / whole);
    results.push(await work(source, report, index));
    before += sizes[index];
    spent += weights[index];
  }
  return results;
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
