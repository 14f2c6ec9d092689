/**
 * Which values of an exported graph are the hidden states: outputs that say so by name, or, from the structure, what
 * comes out of each block. A model adds a block's input to what its two halves compute. Where the sum is normalised, the layer
 * normalisations hang together in one chain, two a layer; where each half normalises what it takes in, the additions do,
 * and a normalisation of the last sum follows. What does not fit exactly is refused: a wrong layer would give numbers that
 * look right.
 */
import { nameOf } from '../../base/bytes.ts';
import { WinnowError } from '../../base/errors.ts';
import type { OnnxFile, OnnxNode } from '../../format/onnx.ts';
import type { ModelSizes } from '../config-fields.ts';
import { GraphIndex } from './graph-index.ts';
import { findLayerNorms, type LayerNorm } from './layer-norms.ts';

export interface HiddenStates {
  /** Values of layers + 1 vectors a token, the embeddings first. */
  names: string[];
  /** How they were found. */
  from: 'outputs' | 'layer normalisations';
  /** [tokens, rows, hidden] (XLNet inside) instead of [rows, tokens, hidden]. */
  timeMajor: boolean;
  /** The last layer is normalised and the others are not (protocols §11); null: the graph was not asked. */
  normalised: boolean | null;
}

export type Depth = Pick<ModelSizes, 'layers' | 'hidden'>;

const normLimit = 10_000;
const next =
  'Export the model again with output_hidden_states=True, so that it has the outputs hidden_states.0, hidden_states.1, …, or use its safetensors.';

/** @throws WinnowError `bad-model` when they cannot be told surely. */
export function findHiddenStates(model: OnnxFile, depth: Depth): HiddenStates {
  const named = namedOutputs(model, depth);
  if (named) return { names: named, from: 'outputs', timeMajor: false, normalised: null };
  const graph = new GraphIndex(model);
  const norms = findLayerNorms(graph);
  const from = 'layer normalisations';
  const sums = sumsBeforeNorm(graph, norms, depth, model);
  if (sums) return { names: sums, timeMajor: swapsAxes(graph, sums[0], model), from, normalised: true };
  const chain = blockChain(graph, norms, depth, model);
  return { ...fromChain(graph, chain, depth, model), from, normalised: false };
}

/** `hidden_states.0` … `hidden_states.L`, in any usual spelling; null unless each is there exactly once. */
function namedOutputs({ outputs }: OnnxFile, { layers, hidden }: Depth): string[] | null {
  const names = new Map<number, string>();
  for (const { name, shape } of outputs) {
    const number = /(?:^|[^a-z])hidden_states?[._-]?(\d{1,4})$/i.exec(name)?.[1];
    if (number === undefined) continue;
    const width = shape?.at(-1) ?? hidden;
    if (names.has(Number(number)) || width !== hidden || (shape && shape.length !== 3)) return null;
    names.set(Number(number), name);
  }
  const all = Array.from({ length: layers + 1 }, (_, layer) => names.get(layer) ?? '');
  return names.size === layers + 1 && !all.includes('') ? all : null;
}

/**
 * Of a model that normalises before each half: the embeddings, the sums after every second addition, and the last one
 * normalised. null unless one normalisation stands behind more additions than all others, and these are two a layer.
 */
function sumsBeforeNorm(
  graph: GraphIndex,
  norms: readonly LayerNorm[],
  { layers, hidden }: Depth,
  model: OnnxFile,
): string[] | null {
  if (norms.length > normLimit) throw unsure(model, `it has ${norms.length} layer normalisations`);
  const inputs = new Map<string, string | null>();
  const chains = norms.flatMap(({ input, output, width }) => {
    if (input === null || (width !== null && width !== hidden)) return [];
    return [{ sums: sumsUpTo(graph, input, inputs), output }];
  });
  const longest = Math.max(0, ...chains.map(({ sums }) => sums.length));
  const fitting = chains.filter(({ sums }) => sums.length === longest);
  if (longest !== 2 * layers + 1 || fitting.length !== 1) return null;
  const [{ sums, output }] = fitting;
  return [...sums.slice(0, -1).filter((_, half) => half % 2 === 0), output];
}

/** From what the first addition takes in to `value`, a sum each. @param inputs of sums, as far as they are known */
function sumsUpTo(graph: GraphIndex, value: string, inputs: Map<string, string | null>): string[] {
  const sums: string[] = [];
  for (let at: string | null = graph.source(value); at !== null && !sums.includes(at); at = inputs.get(at) ?? null) {
    sums.push(at);
    if (inputs.has(at)) continue;
    const added = graph.made(at, 'Add')?.inputs.map((name) => graph.source(name)) ?? [];
    inputs.set(at, blockInput(graph, { added }));
  }
  return sums.reverse();
}

/** The one chain of normalisations, each of which adds up the one before and something else, that is as long as the blocks. */
function blockChain(graph: GraphIndex, norms: readonly LayerNorm[], { layers }: Depth, model: OnnxFile): LayerNorm[] {
  if (norms.length > normLimit) throw unsure(model, `it has ${norms.length} layer normalisations`);
  const bySource = new Map(norms.map((norm) => [graph.source(norm.output), norm]));
  const before = new Map<LayerNorm, LayerNorm>();
  for (const norm of norms) {
    const earlier = norm.added.flatMap((name) => bySource.get(name) ?? []);
    if (earlier.length === 1) before.set(norm, earlier[0]);
  }
  const inside = new Set(before.values());
  const chains = norms.filter((norm) => !inside.has(norm)).map((norm) => backwards(norm, before));
  const fitting = chains.filter(({ length }) => length === 2 * layers + 1 || length === 2 * layers);
  if (fitting.length === 1) return fitting[0];
  const longest = Math.max(0, ...chains.map(({ length }) => length));
  const what =
    fitting.length > 1
      ? `${fitting.length} chains of layer normalisations fit`
      : `the longest chain of its layer normalisations has ${longest}`;
  throw unsure(model, `${what} where ${layers} layers of config.json need one of ${2 * layers} or ${2 * layers + 1}`);
}

function backwards(last: LayerNorm, before: ReadonlyMap<LayerNorm, LayerNorm>): LayerNorm[] {
  const chain: LayerNorm[] = [];
  const seen = new Set<LayerNorm>();
  for (let norm: LayerNorm | undefined = last; norm && !seen.has(norm); norm = before.get(norm)) {
    seen.add(norm);
    chain.push(norm);
  }
  return chain.reverse();
}

/**
 * 2 L + 1 normalisations: the first is that of the embeddings. 2 L: the embeddings are projected (ELECTRA, ALBERT) or not
 * normalised (XLNet), and are what the first normalisation adds to something computed from it.
 */
function fromChain(
  graph: GraphIndex,
  chain: readonly LayerNorm[],
  { layers, hidden }: Depth,
  model: OnnxFile,
): Pick<HiddenStates, 'names' | 'timeMajor'> {
  const wrong = chain.find(({ width }) => width !== null && width !== hidden);
  if (wrong) {
    throw unsure(model, `a layer normalisation has ${wrong.width} numbers where config.json has hidden_size ${hidden}`);
  }
  const whole = chain.length === 2 * layers + 1;
  const embedded = whole ? chain[0].output : blockInput(graph, chain[0]);
  if (embedded === null) throw unsure(model, 'what the first layer takes in is not clear');
  const blocks = chain.slice(whole ? 1 : 0).map(({ output }) => output);
  const ends = blocks.filter((_, half) => half % 2 === 1);
  return { names: [embedded, ...ends], timeMajor: swapsAxes(graph, embedded, model) };
}

/** Of the two values that a block adds up, the one that the other is computed from. */
function blockInput(graph: GraphIndex, { added }: Pick<LayerNorm, 'added'>): string | null {
  if (added.length !== 2) return null;
  const [a, b] = added;
  const uses = (value: string, other: string): boolean => {
    const maker = graph.maker(other);
    return maker !== undefined && graph.numericAncestors([value]).has(maker);
  };
  if (uses(b, a) === uses(a, b)) return null;
  return uses(b, a) ? a : b;
}

/** Whether token ids, or what was looked up for them, went through a transposition on the way to the embeddings. */
function swapsAxes(graph: GraphIndex, embedded: string, { inputs, tensors }: OnnxFile): boolean {
  const fed = new Set(inputs.map(({ name }) => name).filter((name) => !tensors.has(name)));
  const readsInput = (node: OnnxNode) => node.inputs.some((name) => fed.has(name));
  return [...graph.numericAncestors([embedded])].some(
    (node) =>
      node.op === 'Transpose' && (readsInput(node) || [...graph.numericAncestors(node.inputs)].some(readsInput)),
  );
}

function unsure(model: OnnxFile, why: string): WinnowError {
  const message = `The hidden states of ${nameOf(model.file)} are neither all among its outputs nor surely found inside: ${why}.`;
  return new WinnowError('bad-model', message, next);
}
