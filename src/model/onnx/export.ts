/**
 * An exported model as it was dropped: the graph's outline, where its hidden states are, and the files beside it that hold
 * weights. Looked at before a run begins, so that whatever is in the way is said then; no weight is read.
 */
import { nameOf } from '../../base/bytes.ts';
import { WinnowError } from '../../base/errors.ts';
import { baseName, folderOf, type SourceFile } from '../../base/source-file.ts';
import { elementTypes, readOnnx, type OnnxFile, type OnnxTensor, type OnnxValue } from '../../format/onnx.ts';
import type { ExportConfig } from './config.ts';
import { findHiddenStates, type HiddenStates } from './hidden-states.ts';

export interface ExportedModel {
  graph: OnnxFile;
  states: HiddenStates;
  /** The output of a fine-tuned head; null where there is none. */
  head: OnnxValue | null;
  /** Files with weights by the location that the graph names; `null` is the model file itself. */
  files: Map<string | null, File>;
}

interface ExportSummary {
  weightFiles: SourceFile[];
  /** Numbers in all weights. */
  parameters: number;
  /** Number format of the matrices, e.g. "F32" or "F32 and I8". */
  dtypes: string;
  /** Activations are rounded to 8 bits on a scale that all texts of a batch share. */
  scaledByBatch: boolean;
  /** The output of a fine-tuned head, null when there is none. */
  head: string | null;
}

/** What a graph may be fed with. */
export const inputNames = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'] as const;

/** GatherND, which picks tokens, came with it. */
const leastOpset = 11;
const weightTypes = new Set(['F32', 'F64', 'F16', 'BF16', 'I8', 'U8', 'I4', 'U4']);
const exportAgain =
  'Export the model again with the inputs input_ids, attention_mask and token_type_ids of any length.';

/**
 * @param files all dropped files, among which those beside the model are looked for
 * @throws WinnowError `bad-file` when the bytes are no ONNX model, `missing-file` for weights that lie in a file which was
 * not dropped, `bad-model` when the graph is no encoder whose hidden states can be told surely.
 */
export async function readExport(
  source: SourceFile,
  files: readonly SourceFile[],
  config: ExportConfig,
): Promise<ExportedModel & { summary: ExportSummary }> {
  const graph = await readOnnx(source.file);
  checkInputs(graph);
  const states = findHiddenStates(graph, config);
  const tensors = [...graph.tensors.values()];
  const beside = findBeside(source, files, tensors);
  const head = graph.outputs.find(({ name }) => /(^|\.)(logits|scores)$/.test(name)) ?? null;
  return {
    ...{ graph, states, head },
    files: new Map([[null, source.file], ...Array.from(beside, ([name, { file }]) => [name, file] as const)]),
    summary: {
      weightFiles: [source, ...beside.values()],
      ...summarise(tensors),
      scaledByBatch: graph.nodes.some(({ op }) => op.startsWith('DynamicQuantize')),
      head: head?.name ?? null,
    },
  };
}

function checkInputs({ file, opset, inputs, tensors }: OnnxFile): void {
  const fed = inputs.filter(({ name }) => !tensors.has(name));
  if (opset < leastOpset) {
    throw refused(`${nameOf(file)} is written in version ${opset} of ONNX's operators; Winnow needs ${leastOpset}`);
  }
  const unknown = fed.find(({ name }) => !inputNames.some((known) => known === name));
  if (unknown && /^past_key|^decoder_|^encoder_/.test(unknown.name)) {
    const message = `${nameOf(file)} asks for the input \`${unknown.name}\`: it is made for writing texts word by word.`;
    throw new WinnowError('bad-model', message, `${exportAgain} Optimum does so for the task feature-extraction.`);
  }
  if (unknown) {
    throw refused(`${nameOf(file)} asks for the input \`${unknown.name}\`, and Winnow gives ${inputNames.join(', ')}`);
  }
  if (!fed.some(({ name }) => name === 'input_ids')) throw refused(`${nameOf(file)} has no input \`input_ids\``);
  const fixed = fed.find(({ shape }) => shape?.some((size) => size !== null));
  const size = fixed?.shape?.map((length) => length ?? 'any').join(' × ');
  if (fixed) throw refused(`${nameOf(file)} takes \`${fixed.name}\` only in the size ${size}`);
}

function refused(what: string): WinnowError {
  return new WinnowError('bad-model', `${what}.`, exportAgain);
}

/** The files that hold weights, by location; each range is checked against the file's size. */
function findBeside(
  source: SourceFile,
  files: readonly SourceFile[],
  tensors: readonly OnnxTensor[],
): Map<string, SourceFile> {
  const folder = folderOf(source.path);
  const found = new Map<string, SourceFile>();
  for (const { name, data } of tensors) {
    if (data?.location == null) continue;
    const path = folder === '' ? data.location : `${folder}/${data.location}`;
    const file = found.get(data.location) ?? files.find((other) => other.path === path);
    if (!file) {
      const what = `\`${baseName(data.location)}\` is missing: \`${baseName(source.path)}\` keeps weights in it.`;
      throw new WinnowError('missing-file', what, `Add ${baseName(data.location)} from the model's folder.`);
    }
    found.set(data.location, file);
    if (data.end > file.file.size) {
      const what = `Tensor \`${name}\` lies at bytes ${data.start} to ${data.end} of ${nameOf(file.file)}, but the file has ${file.file.size} bytes.`;
      throw new WinnowError('bad-file', what, 'The file was probably not copied whole. Copy it again.');
    }
  }
  return found;
}

function summarise(tensors: readonly OnnxTensor[]): { parameters: number; dtypes: string } {
  const typed = tensors.map((tensor) => ({ ...tensor, dtype: elementTypes.get(tensor.type)?.name ?? '' }));
  const weights = typed.filter(({ dtype, shape }) => weightTypes.has(dtype) && shape.length > 0);
  const matrices = weights.filter(({ shape }) => shape.length > 1);
  return {
    parameters: weights.reduce((sum, { size }) => sum + size, 0),
    dtypes: [...new Set(matrices.map(({ dtype }) => dtype))].sort().join(' and '),
  };
}
