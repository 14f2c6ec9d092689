/** In the page, for `npm run bench:timing`: the graphs that are timed, where their weights lie, and what they are fed with. */
import { loadRuntime } from '../../src/model/runtime.ts';
import { writtenGraph } from '../../src/model/encoder.ts';
import { encodeSource } from '../../src/session/inputs/encode.ts';
import { planAnalysis } from '../../src/session/inputs/inputs.ts';
import { someRows } from '../../src/session/estimate/workload.ts';
import type { RunRequest } from '../../src/session/contract.ts';
import { waysFor } from '../../src/timing/encoders.ts';
import { usualExtent } from '../../src/timing/work.ts';

interface Asked extends RunRequest {
  rows: number | undefined;
  depths: number[];
  batches: number[];
}

/** Name, element type, dimensions and values of an input. */
type Input = [name: string, type: string, dims: readonly number[], data: number[]];

export interface TimedGraphs {
  graphs: {
    depth: number;
    /** Base64. */
    bytes: string;
    /** By the place of their file among those asked with. */
    weights: { name: string; file: number; start: number; end: number }[];
  }[];
  /** Of each way to batch the rows, by depth: the inputs of every batch. */
  feeds: Record<number, Input[][]>[];
}

export async function graphsOf({ rows = usualExtent.rows, depths, batches, ...request }: Asked): Promise<TimedGraphs> {
  const { usable, plan } = await planAnalysis(request);
  const { vectors } = usable;
  if (vectors.from === 'files') throw new Error('Name a model.');
  const { model, tokenizer } = vectors;
  if (model.kind !== 'written') throw new Error('Name a model in safetensors: an export is one already.');
  const limits = {
    ...request.options,
    pooling: vectors.pooling,
    maxLength: Math.min(request.options.maxLength, vectors.maxLength),
  };
  const source = plan.sources[plan.places.test.source];
  const { rows: encoded } = await encodeSource(tokenizer, someRows(source, rows), limits);
  const { ort } = await loadRuntime('wasm', 1);
  const perRow = source.data.kind === 'labelling' ? 'many' : 'one';
  const written = depths.map((layers) =>
    writtenGraph(ort, model, {
      layers,
      perRow,
      padding: tokenizer.padding,
    }),
  );
  const wayOf = waysFor(encoded, written[0]);
  const feeds = batches.map((batch) =>
    Object.fromEntries(
      written.map(({ feed }, at) => [
        depths[at],
        wayOf(null, batch).batches.map((own) =>
          Object.entries(feed(own)).map(([name, { type, dims, data }]): Input => {
            return [name, type, dims, Array.from(data as ArrayLike<number>, Number)];
          }),
        ),
      ]),
    ),
  );
  const graphs = written.map(({ bytes, weights }, at) => ({
    depth: depths[at],
    bytes: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')),
    weights: weights.map(({ path, file, start, end, convert }) => {
      if (convert) throw new Error('Name a model in float32.');
      return { name: path, file: request.files.findIndex((given) => given.file === file), start, end };
    }),
  }));
  return { graphs, feeds };
}
