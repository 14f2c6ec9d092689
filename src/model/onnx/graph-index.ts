/** An exported graph looked at by value names: who makes a value, and what it depends on. */
import type { OnnxFile, OnnxNode, OnnxTensor } from '../../format/onnx.ts';

/** Nodes that hand their first input on: the same numbers under another name, or in another number format. */
const transparent = new Set(['Identity', 'Cast', 'Dropout']);

export class GraphIndex {
  readonly nodes: readonly OnnxNode[];
  private readonly tensors: ReadonlyMap<string, OnnxTensor>;
  private readonly makers = new Map<string, OnnxNode>();
  private readonly sources = new Map<string, string>();

  constructor({ nodes, tensors }: OnnxFile) {
    this.nodes = nodes;
    this.tensors = tensors;
    for (const node of nodes) for (const output of node.outputs) this.makers.set(output, node);
  }

  /** The node that makes the value; undefined for weights, inputs and names that nothing makes. */
  maker(name: string): OnnxNode | undefined {
    return this.makers.get(name);
  }

  /** The value's name before it was only renamed or cast. */
  source(name: string): string {
    const passed = new Set<string>();
    let at = name;
    while (!passed.has(at)) {
      passed.add(at);
      at = this.sources.get(at) ?? this.handedOn(at) ?? at;
    }
    for (const alias of passed) this.sources.set(alias, at);
    return at;
  }

  /** The maker of the value's source, when it is an `op`. */
  made(name: string, op: string): OnnxNode | undefined {
    const node = this.makers.get(this.source(name));
    return node?.op === op ? node : undefined;
  }

  /** The stored tensor behind a value, if there is one. */
  tensor(name: string): OnnxTensor | undefined {
    return this.tensors.get(this.source(name));
  }

  isConstant(name: string): boolean {
    return this.tensor(name) !== undefined || this.made(name, 'Constant') !== undefined;
  }

  /** All nodes that the values are computed with. @param ends operators at which that stops */
  ancestors(names: readonly string[], ends: readonly string[] = []): Set<OnnxNode> {
    const found = new Set<OnnxNode>();
    const open = [...names];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const node = this.makers.get(name);
      if (!node || found.has(node) || ends.includes(node.op)) continue;
      found.add(node);
      open.push(...node.inputs);
    }
    return found;
  }

  /** The same where only the numbers count: what is known from a value's shape alone is left out. */
  numericAncestors(names: readonly string[]): Set<OnnxNode> {
    return this.ancestors(names, ['Shape', 'Size']);
  }

  private handedOn(name: string): string | undefined {
    const node = this.makers.get(name);
    return node && transparent.has(node.op) ? node.inputs[0] : undefined;
  }
}
