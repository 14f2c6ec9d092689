/**
 * Which of a folder's weight files are used, and what is said of the others: safetensors before PyTorch checkpoints before
 * ONNX exports, the file that transformers would load before any other, unless the user names one. Reads the index of a
 * model in several files, nothing else.
 */
import { baseName, type SourceFile } from '../base/source-file.ts';
import { readShardIndex } from '../format/safetensors-index.ts';
import type { ModelFiles } from './model-files.ts';
import type { Notes } from './recognition-notes.ts';

/** Weight files of one format in one folder. */
interface WeightSet {
  files: SourceFile[];
  index: SourceFile | null;
  /** As transformers names a model in one file. */
  standard: string;
}

/** The weight files that are used; null, with a notice, when there are none or a shard is absent. */
export async function chooseWeights(found: ModelFiles, note: Notes): Promise<SourceFile[] | null> {
  const set = chooseSet(found);
  const { files, index, standard } = set;
  const named = files.find(({ path }) => baseName(path) === standard);
  const single = named ?? (index ? null : files.length === 1 ? files[0] : null);
  if (!single && index) return chooseShards(set, index, note);
  if (!single && files.some(({ path }) => shardPattern.test(path))) {
    note.absent(`${standard}.index.json`, ': it says which of the weight files holds which tensor');
    return null;
  }
  const used = single ?? files.at(0);
  if (used) {
    const others = [...found.weights, ...found.checkpoints, ...found.exports, ...found.otherWeights].filter(
      (file) => file !== used,
    );
    if (others.length > 0) tellChoice(used.path, others, note);
    return [used];
  }
  if (found.otherWeights.length === 0) {
    note.absent('model.safetensors');
    return null;
  }
  const { path } = found.otherWeights[0];
  const message = `The weights are in \`${baseName(path)}\`, and this version of Winnow reads safetensors, PyTorch checkpoints and ONNX only.`;
  const next = 'Save the model with save_pretrained(…, safe_serialization=True) and drop model.safetensors.';
  note.missing.push({ code: 'missing-file', message, next, path });
  return null;
}

/**
 * The export that is used: null where there are weights that Winnow can write a graph for.
 * @param written whether Winnow writes graphs of the model's architecture
 */
export function chooseExport(found: ModelFiles, written: boolean, note: Notes): SourceFile | null {
  const { exports, weights, index, checkpoints, checkpointIndex, otherWeights } = found;
  const readable = weights.length > 0 || index || checkpoints.length > 0 || checkpointIndex;
  if (readable && written) return null;
  const chosen = exports.toSorted((a, b) => exportRank(a.path) - exportRank(b.path)).at(0);
  if (!chosen) return null;
  const others = [...weights, ...checkpoints, ...exports.filter((file) => file !== chosen), ...otherWeights];
  if (others.length > 0) tellChoice(chosen.path, others, note);
  return chosen;
}

/**
 * How Optimum, sentence-transformers and transformers.js name the less exact exports of a model, and those of its parts;
 * the worst last.
 */
const lesserExports = [
  /fp16|float16|half|_O4\b/i,
  /quant|u?int8|[^a-z]q8/i,
  /[^a-z](q4|bnb4|nf4|u?int4)/i,
  /^decoder|^encoder_model|with_past/i,
];

/** 0 for the model itself. */
function exportRank(path: string): number {
  const name = baseName(path);
  return name === 'model.onnx' ? 0 : 2 + lesserExports.findLastIndex((pattern) => pattern.test(name));
}

const shardPattern = /-\d{5}-of-\d{5}\.(safetensors|bin)$/;

/** What a user can choose between: single weight files, and the index of weights in several. */
export function weightChoices({ weights, index, checkpoints, checkpointIndex, exports }: ModelFiles): SourceFile[] {
  const single = (files: SourceFile[]) => files.filter(({ path }) => !shardPattern.test(path));
  const all = [index, ...single(weights), checkpointIndex, ...single(checkpoints), ...exports];
  return all.filter((file) => file !== null);
}

/** The model as if the weight file at `path`, one of the choices, were its only one. */
export function onlyWeights(found: ModelFiles, path: string): ModelFiles {
  const at = (file: SourceFile | null) => (file?.path === path ? file : null);
  const only = (files: SourceFile[], index: SourceFile | null) =>
    files.filter((file) => (index ? shardPattern.test(file.path) : file.path === path));
  const [index, checkpointIndex] = [at(found.index), at(found.checkpointIndex)];
  return {
    ...found,
    ...{ index, checkpointIndex },
    weights: only(found.weights, index),
    checkpoints: only(found.checkpoints, checkpointIndex),
    exports: only(found.exports, null),
    otherWeights: [],
  };
}

function chooseSet({ weights, index, checkpoints, checkpointIndex }: ModelFiles): WeightSet {
  const safetensors = { files: weights, index, standard: 'model.safetensors' };
  const torch = { files: checkpoints, index: checkpointIndex, standard: 'pytorch_model.bin' };
  const preferred = [safetensors, torch];
  return preferred.find(({ files }) => files.length > 0) ?? preferred.find((set) => set.index) ?? safetensors;
}

async function chooseShards({ files }: WeightSet, index: SourceFile, note: Notes): Promise<SourceFile[] | null> {
  const shards = await note.attempt('weights', index, '', ({ file }) => readShardIndex(file));
  if (!shards) return null;
  const byName = new Map(files.map((file) => [baseName(file.path), file]));
  const absent = shards.files.filter((name) => !byName.has(name));
  absent.forEach((name) => note.absent(name, ': the index lists it as a part of the weights'));
  return absent.length > 0 ? null : shards.files.flatMap((name) => byName.get(name) ?? []);
}

function tellChoice(path: string, others: readonly SourceFile[], note: Notes): void {
  const left = others.map((other) => `\`${baseName(other.path)}\``).join(', ');
  const message = `Of several weight files, \`${baseName(path)}\` is used; ${left} ${others.length === 1 ? 'is' : 'are'} not.`;
  note.notices.push({
    code: 'bad-option',
    message,
    next: 'Choose another one under Model (`--weights FILE` on the command line).',
    path,
  });
}
