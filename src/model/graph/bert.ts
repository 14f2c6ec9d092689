/**
 * BERT as an ONNX graph (Devlin et al. 2019): embeddings, then encoder layers, all in float32. One output: the vector of
 * the classification token (position 0) in every layer, [rows, (layers + 1) × hidden], the embeddings first. The last
 * layer asks with position 0 alone, since nothing else of it is used. Stopping at layer k means writing k layers.
 */
import type { ModelConfig } from '../config.ts';
import { inputNames, outputName, type Architecture, type WrittenGraph } from './architecture.ts';
import { GraphBuilder } from './writer.ts';

export const bert: Architecture = { shapes, write };

/** Names as `BertModel` of transformers saves them. */
function shapes({ layers, hidden, intermediate, vocabulary, positions, types }: ModelConfig): Map<string, number[]> {
  const all = new Map<string, number[]>([
    ['embeddings.word_embeddings.weight', [vocabulary, hidden]],
    ['embeddings.position_embeddings.weight', [positions, hidden]],
    ['embeddings.token_type_embeddings.weight', [types, hidden]],
  ]);
  const norm = (name: string) => all.set(`${name}.weight`, [hidden]).set(`${name}.bias`, [hidden]);
  const linear = (name: string, outputs: number, inputs: number) =>
    all.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs]);
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value']) linear(`${name}.attention.self.${part}`, hidden, hidden);
    linear(`${name}.attention.output.dense`, hidden, hidden);
    norm(`${name}.attention.output.LayerNorm`);
    linear(`${name}.intermediate.dense`, intermediate, hidden);
    linear(`${name}.output.dense`, hidden, intermediate);
    norm(`${name}.output.LayerNorm`);
  }
  return all;
}

function write(config: ModelConfig, layers: number): WrittenGraph {
  const graph = new GraphBuilder();
  const { hidden, intermediate, heads, epsilon } = config;
  const ids = graph.input(inputNames.ids, 'int32', ['rows', 'length']);
  const typeIds = graph.input(inputNames.typeIds, 'int32', ['rows', 'length']);
  const positions = graph.input(inputNames.positions, 'int32', [1, 'length']);
  const first = graph.input(inputNames.first, 'int32', ['rows']);
  const shape = graph.input(inputNames.shape, 'int64', [3]);
  const bias = graph.input(inputNames.bias, 'float', ['bias_rows', 1, 'length', 'length']);
  const lastBias = graph.input(inputNames.lastBias, 'float', ['bias_rows', 1, 1, 'length']);
  const flat = graph.integers([-1, hidden]);
  const single = graph.integers([-1, 1, hidden]);

  const linear = (input: string, name: string, outputs: number, inputs: number) =>
    graph.node('Gemm', [input, graph.weight(`${name}.weight`, [outputs, inputs])], { transB: { int: 1 } });
  const normalise = (input: string, skip: string, name: string, added: string) =>
    graph.fused(
      'SkipLayerNormalization',
      [input, skip, graph.weight(`${name}.weight`, [hidden]), graph.weight(`${name}.bias`, [hidden]), added],
      { epsilon: { float: epsilon } },
    );

  /** Adds the bias and applies the activation, [tokens, intermediate]. */
  const activate = (input: string, name: string) => {
    const added = graph.weight(`${name}.bias`, [intermediate]);
    switch (config.activation) {
      case 'gelu':
        return graph.fused('BiasGelu', [input, added]);
      case 'gelu-tanh':
        return graph.fused('FastGelu', [input, added]);
      case 'relu':
        return graph.node('Relu', [graph.node('Add', [input, added])]);
      default:
        return config.activation satisfies never;
    }
  };

  /** All tokens attend: `asking` is the flat input of the queries, `to` the shape that it takes for attention. */
  const attend = (asking: string, to: string, all: string, mask: string, name: string) => {
    const project = (input: string, part: string) => linear(input, `${name}.self.${part}`, hidden, hidden);
    const query = graph.node('Reshape', [project(asking, 'query'), to]);
    const key = graph.node('Reshape', [project(all, 'key'), shape]);
    const value = graph.node('Reshape', [project(all, 'value'), shape]);
    const biases = ['query', 'key', 'value'].map((part) => graph.weight(`${name}.self.${part}.bias`, [hidden]));
    const added = graph.node('Concat', biases, { axis: { int: 0 } });
    const inputs = [query, key, value, added, '', mask];
    return graph.node('Reshape', [graph.fused('MultiHeadAttention', inputs, { num_heads: { int: heads } }), flat]);
  };

  const look = (table: string, rows: number, indices: string) =>
    graph.node('Gather', [graph.weight(`embeddings.${table}_embeddings.weight`, [rows, hidden]), indices]);
  const placed = graph.node('Add', [
    look('word', config.vocabulary, ids),
    look('position', config.positions, positions),
  ]);
  const embedded = normalise(placed, look('token_type', config.types, typeIds), 'embeddings.LayerNorm', '');

  let tokens = graph.node('Reshape', [embedded, flat]);
  let pooled = graph.node('Gather', [tokens, first]);
  const outputs = [pooled];
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `encoder.layer.${layer}`;
    const last = layer === layers - 1;
    const asking = last ? pooled : tokens;
    const context = attend(asking, last ? single : shape, tokens, last ? lastBias : bias, `${name}.attention`);
    const projected = linear(context, `${name}.attention.output.dense`, hidden, hidden);
    const projectedBias = graph.weight(`${name}.attention.output.dense.bias`, [hidden]);
    const attended = normalise(projected, asking, `${name}.attention.output.LayerNorm`, projectedBias);
    const wide = activate(
      linear(attended, `${name}.intermediate.dense`, intermediate, hidden),
      `${name}.intermediate.dense`,
    );
    const narrow = linear(wide, `${name}.output.dense`, hidden, intermediate);
    const narrowBias = graph.weight(`${name}.output.dense.bias`, [hidden]);
    tokens = normalise(narrow, attended, `${name}.output.LayerNorm`, narrowBias);
    pooled = last ? tokens : graph.node('Gather', [tokens, first]);
    outputs.push(pooled);
  }
  graph.node('Concat', outputs, { axis: { int: 1 } }, { output: outputName });
  graph.output(outputName, 'float', ['rows', (layers + 1) * hidden]);
  return { bytes: graph.encode(), weights: graph.weights };
}
