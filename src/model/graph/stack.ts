/**
 * Layers on top of each other, and what leaves the graph: the pooled tokens, or the means of rows, of the embeddings and
 * of every layer, [pooled, (layers + 1) × hidden]. Stopping at layer k means writing k layers: the runtime computes all it
 * is given.
 */
import { headWeights, logitsName, outputName, type Extent, type Readout, type WrittenGraph } from '../architecture.ts';
import type { Blocks } from './blocks.ts';
import { batchShape, pooledTokens, tokenShares } from './inputs.ts';
import type { StandardInputs } from './standard-inputs.ts';

/** One application of layer weights. */
export interface LayerStep {
  layer: number;
  /** Among the layers that are written, from 0. */
  place: number;
  /** Which of the layer's inner layers. */
  inner: number;
  /** All tokens, [rows × T, hidden]. */
  tokens: string;
  /** The tokens that attend, [asking, hidden]. */
  asking: string;
  /** Only the one pooled token of each row attends. */
  alone: boolean;
}

interface StackExtent extends Extent {
  inner?: number;
  /** From the vectors of the last layer, [vectors, hidden]; absent where the stack ends before that. */
  finish?: ((vectors: string) => string) | null;
}

/**
 * @param extent with the number of layers inside one that counts, where there are several, and what is done to the last
 * layer of all
 * @param embedded the embeddings, [rows, T, hidden]
 * @param step writes one step and gives the vectors of the tokens that attended, [asking, hidden]
 */
export function writeStack(
  blocks: Blocks,
  { layers, without, lastAlone, perRow, readout, inner: innerLayers = 1, finish }: StackExtent,
  embedded: string,
  step: (step: LayerStep) => string,
): WrittenGraph {
  const { graph, config } = blocks;
  const whole = readout?.token === 'all';
  const pool = (tokens: string): string => {
    if (whole) return tokens;
    return graph.once(`pooled ${tokens}`, () =>
      perRow === 'mean' ? means(blocks, tokens) : graph.node('Gather', [tokens, blocks.input(pooledTokens)]),
    );
  };
  const steps = layers * innerLayers;
  const leaves = (done: number): boolean => done % innerLayers === 0 && (!lastAlone || done === steps);
  let tokens = graph.node('Reshape', [embedded, blocks.flat]);
  const outputs = leaves(0) ? [pool(tokens)] : [];
  for (let index = 0; index < steps; index += 1) {
    const [place, inner] = [Math.floor(index / innerLayers), index % innerLayers];
    const layer = without && place >= without.first ? place + without.length : place;
    const alone = perRow === 'one' && index === steps - 1;
    tokens = step({ layer, place, inner, tokens, asking: alone ? pool(tokens) : tokens, alone });
    const finished = index === steps - 1 && finish ? finish(tokens) : tokens;
    if (leaves(index + 1)) outputs.push(alone ? finished : pool(finished));
  }
  if (readout) {
    writeHead(blocks.given!, outputs, readout);
  } else {
    graph.node('Concat', outputs, { axis: { int: 1 } }, { output: outputName });
    graph.output(outputName, 'float32', ['pooled', outputs.length * config.hidden]);
  }
  return { graph, inputs: blocks.inputs };
}

/** Of each row over its tokens, [rows, hidden]. @param tokens [rows × T, hidden] */
function means(blocks: Blocks, tokens: string): string {
  const { graph, config } = blocks;
  const byRow = graph.node('Reshape', [tokens, blocks.input(batchShape(config.hidden))]);
  return graph.node('Reshape', [graph.node('MatMul', [blocks.input(tokenShares), byRow]), blocks.flat]);
}

/** The linear map from the kept neurons. @param vectors of each layer, [vectors, hidden] */
export function writeHead(given: StandardInputs, vectors: readonly string[], readout: Readout): void {
  const { graph } = given;
  const { neurons, outputs, token } = readout;
  const kept = neurons.map(({ layer, indices }) =>
    graph.node('Gather', [vectors[layer], graph.integers(indices)], { axis: { int: 1 } }),
  );
  const count = neurons.reduce((sum, { indices }) => sum + indices.length, 0);
  const joined = kept.length === 1 ? kept[0] : graph.node('Concat', kept, { axis: { int: 1 } });
  const weights = [graph.plain(headWeights.weight, [outputs, count]), graph.plain(headWeights.bias, [outputs])];
  const attributes = { transB: { int: 1 } };
  if (token !== 'all') {
    graph.node('Gemm', [joined, ...weights], attributes, { output: logitsName });
    return graph.output(logitsName, 'float32', ['rows', outputs]);
  }
  const shape = given.list(given.rows(), given.length(), outputs);
  graph.node('Reshape', [graph.node('Gemm', [joined, ...weights], attributes), shape], {}, { output: logitsName });
  graph.output(logitsName, 'float32', ['rows', 'length', outputs]);
}
