/**
 * The layer normalisations of an exported graph, in every form in which exporters and optimisers write them: one
 * operator, fused with the addition before it, or taken apart into means, powers and roots.
 */
import type { OnnxNode } from '../../format/onnx.ts';
import type { GraphIndex } from './graph-index.ts';

export interface LayerNorm {
  /** The value it makes, [rows, tokens, hidden]. */
  output: string;
  /** What it normalises, where that is one value. */
  input: string | null;
  /** What is added up before it, as far as that is one addition of two values; by their sources. */
  added: string[];
  /** Numbers a vector, null when the graph does not say. */
  width: number | null;
}

export function findLayerNorms(graph: GraphIndex): LayerNorm[] {
  return graph.nodes.flatMap((node) => readNorm(graph, node) ?? []);
}

function readNorm(graph: GraphIndex, node: OnnxNode): LayerNorm | null {
  const { op, inputs, outputs } = node;
  const output = outputs[0] ?? '';
  const width = (scale: string) => graph.tensor(scale)?.size ?? null;
  switch (op) {
    case 'LayerNormalization':
      return inputs.length < 2
        ? null
        : { output, input: inputs[0], added: addends(graph, inputs[0]), width: width(inputs[1]) };
    case 'SkipLayerNormalization':
      if (inputs.length < 3) return null;
      return {
        output,
        input: null,
        added: inputs.slice(0, 2).map((name) => graph.source(name)),
        width: width(inputs[2]),
      };
    case 'EmbedLayerNormalization':
      return inputs.length < 6 ? null : { output, input: null, added: [], width: width(inputs[5]) };
    case 'Add':
      return readDecomposed(graph, node);
    default:
      return null;
  }
}

/** (x − mean(x)) / √(mean((x − mean(x))²) + ε) × scale + offset, whose last step is this addition. */
function readDecomposed(graph: GraphIndex, last: OnnxNode): LayerNorm | null {
  for (const [scaled, offset] of bothWays(last.inputs)) {
    const product = graph.isConstant(offset) ? graph.made(scaled, 'Mul') : undefined;
    for (const [quotient, scale] of bothWays(product?.inputs ?? [])) {
      const division = graph.isConstant(scale) ? graph.made(quotient, 'Div') : undefined;
      if (division?.inputs.length !== 2 || !graph.made(division.inputs[1], 'Sqrt')) continue;
      const difference = graph.made(division.inputs[0], 'Sub');
      if (difference?.inputs.length !== 2) continue;
      const [input, mean] = difference.inputs;
      const averaged = graph.made(mean, 'ReduceMean')?.inputs[0];
      if (averaged === undefined || graph.source(averaged) !== graph.source(input)) continue;
      const width = graph.tensor(scale)?.size ?? null;
      return { output: last.outputs[0] ?? '', input, added: addends(graph, input), width };
    }
  }
  return null;
}

function addends(graph: GraphIndex, name: string): string[] {
  return graph.made(name, 'Add')?.inputs.map((input) => graph.source(input)) ?? [];
}

function bothWays(inputs: readonly string[]): [string, string][] {
  if (inputs.length !== 2) return [];
  const [a, b] = inputs;
  return [
    [a, b],
    [b, a],
  ];
}
