/** The vectors of sources as they come into stores: one source after the other, each into what this browser keeps of it. */
import { openStore, type ActivationStore } from '../../activations/cache.ts';
import type { Activations } from '../../activations/matrix.ts';
import type { Progress } from '../../base/abort.ts';
import { extract } from '../stages/stage-table.ts';
import type { Stages } from '../stages/stages.ts';
import type { Outputs } from './encode.ts';
import { activationKey, type Inputs } from './inputs.ts';
import type { RowSource } from './sources.ts';

/** What is to be extracted, whatever the vectors come from. */
export interface Extraction {
  inputs: Inputs;
  stages: Stages;
  sources: readonly RowSource[];
  /** Held in memory beside the browser's storage, of all sources together. */
  limitBytes: number;
}

/** One source's activations, [outputs, layers + 1, hidden], and what the outputs are. */
export interface ExtractedSource extends Outputs {
  activations: Activations;
}

export interface Extracted {
  sources: ExtractedSource[];
  /** Mean tokens a sentence. */
  tokens: number;
  /** Sentences that went through the encoder: those not kept from before. */
  extracted: number;
}

/**
 * Opens a source's store, has it filled and lets go of it, whatever happens.
 * @param maker of the vectors: it has a key of its own, so that no set mixes the numbers of two backends.
 */
export type InStore = (maker: string, fill: (store: ActivationStore) => Promise<unknown>) => Promise<Activations>;

/** The stage `extract`: `work` brings one source after the other into its store, which has a share of the memory. */
export async function extractInTurn<S extends Outputs>(
  { inputs, stages, sources, limitBytes }: Extraction,
  prepared: readonly S[],
  facts: Parameters<Stages['run']>[1],
  work: (prepared: S, inStore: InStore, report: (done: number) => void, source: RowSource) => Promise<Activations>,
): Promise<ExtractedSource[]> {
  const { name, layers, hidden } = inputs.modelFacts;
  const outputs = prepared.map(({ labels }) => labels.length);
  const activations = await stages.run(extract, facts, (progress) =>
    inTurn(sources, outputs, progress, (source, report, index) => {
      const rows = outputs[index];
      const inStore: InStore = async (maker, fill) => {
        const store = await openStore({
          key: await activationKey(inputs, source, maker),
          title: `${name} · ${inputs.task.title} ${source.role}`,
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
      return work(prepared[index], inStore, report, source);
    }),
  );
  return prepared.map((part, index) => ({ ...part, activations: activations[index] }));
}

/** One source after the other, their progress added up. @param sizes of the sources, in what progress counts */
export async function inTurn<T>(
  sources: readonly RowSource[],
  sizes: readonly number[],
  progress: Progress,
  work: (source: RowSource, report: (done: number) => void, index: number) => Promise<T>,
): Promise<T[]> {
  const total = sum(sizes);
  const results: T[] = [];
  let before = 0;
  for (const [index, source] of sources.entries()) {
    const start = before;
    results.push(await work(source, (done) => progress(start + done, total), index));
    before += sizes[index];
  }
  return results;
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
