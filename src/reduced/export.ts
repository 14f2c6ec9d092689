/**
 * An exported model as a reduced one: its graph cut down to the hidden states that are read, under the inputs that other
 * programs give, with the head behind it. Bytes that do not change are copied as they lie.
 */
import { readSlice } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { elementTypes, type OnnxTensor } from '../format/onnx.ts';
import type { Readout } from '../model/architecture.ts';
import type { ExportModel } from '../model/encoder.ts';
import { tokenShares } from '../model/graph/inputs.ts';
import { messageHead, tensorFacts } from '../model/graph/messages.ts';
import { writeHead } from '../model/graph/stack.ts';
import { StandardInputs } from '../model/graph/standard-inputs.ts';
import { GraphBuilder, type StoredWeight } from '../model/graph/writer.ts';
import { neededParts } from '../model/onnx/assemble.ts';
import type { FolderFile } from './head.ts';
import { halves, quantise } from './quantise.ts';

/** Unsqueeze takes its axes as an input since then. */
const leastOpset = 13;

/**
 * @param own the head's weights
 * @throws WinnowError `bad-model` for an export whose inputs are not int64 or whose operators are too old, `bad-option` for
 * numbers beyond float16 and for a model too large for one file, `unreadable-file`.
 */
export async function writeExport(
  { model, config }: ExportModel,
  readout: Readout,
  own: ReadonlyMap<string, Float32Array>,
  { path, limitBytes }: { path: string; limitBytes: number },
): Promise<FolderFile[]> {
  const top = Math.max(...readout.neurons.map(({ layer }) => layer));
  const { names, timeMajor } = model.states;
  const { nodes, inputs, tensors } = neededParts(model.graph, names.slice(0, top + 1));
  check(model, inputs);
  const graph = new GraphBuilder({ prefix: 'winnow.' });
  const given = new StandardInputs(graph, readout.token);
  for (const { name } of inputs) {
    if (name === 'token_type_ids') given.typeIds();
    if (name !== 'position_ids') continue;
    const first = graph.integers([config.firstPosition]);
    const places = graph.node('Add', [given.places(), first]);
    graph.node('Add', [given.zeros(), places], {}, { output: name });
  }
  const stored = new Map<string, OnnxTensor>();
  const rest: BlobPart[] = [];
  for (const tensor of tensors) {
    if (isConverted(tensor, readout)) {
      stored.set(tensor.name, tensor);
      convert(graph, tensor, readout.storage === 'float16');
    } else rest.push(...copied(model, tensor));
  }
  const vectors = names.slice(0, top + 1).map((state, layer) => {
    // Only what is read is worked out.
    if (!readout.neurons.some((kept) => kept.layer === layer)) return '';
    const float = given.float32(state);
    const rows = timeMajor ? graph.node('Transpose', [float], { perm: { ints: [1, 0, 2] } }) : float;
    const to = graph.integers([-1, config.hidden]);
    if (readout.token === 'mean') {
      return graph.node('Reshape', [graph.node('MatMul', [tokenShares.write(given), rows]), to]);
    }
    const flat = graph.node('Reshape', [rows, to]);
    return readout.token === 'all' ? flat : graph.node('Gather', [flat, given.flatPlace()]);
  });
  writeHead(given, vectors, readout);
  const file = model.graph.file as Blob;
  const additions: BlobPart[] = [];
  for (const piece of graph.additions()) {
    additions.push(piece instanceof Uint8Array ? piece : await valuesOf(piece, own, stored, model));
  }
  const slices = [...model.graph.rest.graph, ...nodes.map(({ field }) => field)];
  const body = new Blob([...additions, ...slices.map(({ start, end }) => file.slice(start, end)), ...rest]);
  if (body.size > limitBytes) {
    const message = `The smaller model would have ${body.size} bytes, and ${limitBytes} is the most that is written of an export.`;
    throw new WinnowError('bad-option', message, 'Use the safetensors of the model, or choose float16 or int8.');
  }
  const outside = model.graph.rest.model.map(({ start, end }) => file.slice(start, end));
  return [{ path, blob: new Blob([...outside, messageHead(7, body.size), body]) }];
}

function check({ graph }: ExportModel['model'], inputs: readonly { name: string; type: number | null }[]): void {
  const other = inputs.find(({ type }) => type !== 7);
  if (other) {
    const message = `The export takes \`${other.name}\` as other numbers than int64, which no standard model file does.`;
    throw new WinnowError('bad-model', message, 'Export the model again with int64 inputs, or use its safetensors.');
  }
  if (graph.opset >= leastOpset) return;
  const message = `The export is written in version ${graph.opset} of ONNX's operators; a smaller model needs ${leastOpset}.`;
  throw new WinnowError('bad-model', message, `Export the model again with opset ${leastOpset} or later.`);
}

/** Matrices of float32 are stored otherwise where that was asked for. */
function isConverted({ type, shape, data, size }: OnnxTensor, { storage }: Readout): boolean {
  const isFloat = elementTypes.get(type)?.name === 'F32';
  return storage !== 'float32' && isFloat && shape.length === 2 && data !== null && size > 1024;
}

/** Stored in fewer bits under another name; a value under its own, which the runtime works out once. */
function convert(graph: GraphBuilder, { name, shape }: OnnxTensor, halved: boolean): void {
  const float = { to: { int: 1 } };
  if (halved) {
    graph.node('Cast', [graph.half(name, shape)], float, { output: name });
    return;
  }
  const form = { by: 'row', transposed: false } as const;
  const [values, scales] = graph.quantised(name, shape, [shape[0], 1], form);
  graph.node('Mul', [graph.node('Cast', [values], float), scales], {}, { output: name });
}

function copied({ graph, files }: ExportModel['model'], tensor: OnnxTensor): BlobPart[] {
  const { name, type, shape, data, field } = tensor;
  if (data?.location == null) return [(graph.file as Blob).slice(field.start, field.end)];
  const facts = [...tensorFacts(name, type, shape), ...messageHead(9, data.end - data.start)];
  const head = Uint8Array.from([...messageHead(5, facts.length + data.end - data.start), ...facts]);
  return [head, fileAt(files, data.location).slice(data.start, data.end)];
}

async function valuesOf(
  { source, type, shape, quantised }: StoredWeight,
  own: ReadonlyMap<string, Float32Array>,
  stored: ReadonlyMap<string, OnnxTensor>,
  { files }: ExportModel['model'],
): Promise<BlobPart> {
  const head = own.get(source);
  if (head) return head as Float32Array<ArrayBuffer>;
  const data = stored.get(source)?.data;
  if (!data) throw new Error(`${source} is not among the export's tensors`);
  const { start, end, location } = data;
  const bytes = await readSlice(fileAt(files, location), start, end);
  const values = new Float32Array(bytes.slice().buffer);
  if (quantised) return quantise(values, shape, quantised);
  return type === 'float16' ? halves(values, source) : values;
}

function fileAt(files: ExportModel['model']['files'], location: string | null): File {
  const file = files.get(location);
  if (!file) throw new Error(`${location} was not among the files of the model`);
  return file;
}
