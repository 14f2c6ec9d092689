/**
 * What a page's JavaScript heap consists of, by a snapshot of Chrome's: what the page holds, and what V8 makes of its program
 * (machine code, type feedback, shapes of objects and literals), which grows for hundreds of runs and ends by itself. The
 * page's share is what can be reached from the roots without going through compiled code. Sizes in bytes.
 */
import type { CDPSession } from 'playwright';

export interface HeapShares {
  /** Objects, closures, strings, numbers and arrays that the page holds. */
  page: number;
  /** V8's own: the rest of the JavaScript heap. */
  program: number;
}

interface Snapshot {
  snapshot: {
    meta: {
      node_fields: string[];
      node_types: [string[], ...unknown[]];
      edge_fields: string[];
      edge_types: [string[], ...unknown[]];
    };
  };
  nodes: number[];
  edges: number[];
}

const values = [
  'object',
  'closure',
  'array',
  'string',
  'concatenated string',
  'sliced string',
  'number',
  'bigint',
  'regexp',
  'symbol',
];
/** Of the program: what only hangs on these, the page's own code made, not its run. */
const program = ['code', 'object shape'];
/** Outside the JavaScript heap: nodes of the document, texts of scripts. */
const outside = ['native', 'synthetic'];

export async function heapShares(session: CDPSession): Promise<HeapShares> {
  const pieces: string[] = [];
  const hear = ({ chunk }: { chunk: string }): void => void pieces.push(chunk);
  session.on('HeapProfiler.addHeapSnapshotChunk', hear);
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  session.off('HeapProfiler.addHeapSnapshotChunk', hear);
  return sharesOf(JSON.parse(pieces.join('')) as Snapshot);
}

function sharesOf({ snapshot: { meta }, nodes, edges }: Snapshot): HeapShares {
  const [width, edgeWidth] = [meta.node_fields.length, meta.edge_fields.length];
  const [typeAt, sizeAt, countAt] = ['type', 'self_size', 'edge_count'].map((name) => meta.node_fields.indexOf(name));
  const [edgeTypeAt, targetAt] = ['type', 'to_node'].map((name) => meta.edge_fields.indexOf(name));
  const weak = meta.edge_types[0].indexOf('weak');
  const count = nodes.length / width;
  const typeOf = (node: number): string => meta.node_types[0][nodes[node * width + typeAt]];

  /** Where each node's edges begin. */
  const begins = new Uint32Array(count + 1);
  for (let node = 0; node < count; node++) begins[node + 1] = begins[node] + nodes[node * width + countAt];
  const reached = new Uint8Array(count);
  const open = [0];
  reached[0] = 1;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (program.includes(typeOf(node))) continue;
    for (let edge = begins[node]; edge < begins[node + 1]; edge++) {
      const target = edges[edge * edgeWidth + targetAt] / width;
      if (reached[target] === 1 || edges[edge * edgeWidth + edgeTypeAt] === weak) continue;
      reached[target] = 1;
      open.push(target);
    }
  }

  const shares: HeapShares = { page: 0, program: 0 };
  for (let node = 0; node < count; node++) {
    const type = typeOf(node);
    if (outside.includes(type)) continue;
    shares[reached[node] === 1 && values.includes(type) ? 'page' : 'program'] += nodes[node * width + sizeAt];
  }
  return shares;
}
