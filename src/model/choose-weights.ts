/**
 * Which of a folder's weight files are used, and what is said of the others: safetensors before PyTorch checkpoints before
 * ONNX exports, the file that transformers would load before any other, unless the user names one. Reads the index of a
 * model in several files, nothing else.
 */
import { baseName, type SourceFile } from '../base/source-file.ts';
import { readShardIndex } from '../format/safetensors-index.ts';
import { shardPattern } from './model-file-kinds.ts';
import type { ModelFiles, WeightSet } from './model-files.ts';
import { convertible } from './other-weights.ts';
import type { Notes } from './recognition-notes.ts';

/** The weight files that are used; null, with a notice, when there are none or a shard is absent. */
export async function chooseWeights(found: ModelFiles, note: Notes): Promise<SourceFile[] | null> {
  const { weights, otherWeights } = found;
  const set =
    weights.find(({ files, index, standard }) => index || files.some(({ path }) => baseName(path) === standard)) ??
    weights.find(({ files }) => files.length > 0) ??
    weights[0];
  const { files, index, standard } = set;
  const named = files.find(({ path }) => baseName(path) === standard);
  if (!named && index) return chooseShards(set, index, note);
  if (!named && files.length > 1 && files.some(({ path }) => shardPattern.test(path))) {
    note.absent(`${standard}.index.json`, ': it says which of the weight files holds which tensor');
    return null;
  }
  const used = named ?? files.at(0);
  if (used) {
    tellChoice(used, found, note);
    return [used];
  }
  if (otherWeights.length === 0) {
    note.absent('model.safetensors');
    return null;
  }
  note.missing.push({ ...convertible(baseName(otherWeights[0].path), found), path: otherWeights[0].path });
  return null;
}

/**
 * The export that is used: null where there are weights that Winnow can write a graph for.
 * @param written whether Winnow writes graphs of the model's architecture
 */
export function chooseExport(found: ModelFiles, written: boolean, note: Notes): SourceFile | null {
  const { exports, weights } = found;
  if (written && weights.some(({ files, index }) => files.length > 0 || index)) return null;
  const chosen = exports.toSorted((a, b) => exportRank(a.path) - exportRank(b.path)).at(0);
  if (!chosen) return null;
  tellChoice(chosen, found, note);
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

/** The model as if the weight file at `path`, one of the choices, were its only one. */
export function onlyWeights(found: ModelFiles, path: string): ModelFiles {
  const isChosen = (file: SourceFile) => file.path === path;
  const only = (set: WeightSet): WeightSet => {
    const index = set.index && isChosen(set.index) ? set.index : null;
    const files = set.files.filter((file) => (index ? shardPattern.test(file.path) : isChosen(file)));
    return { ...set, files, index };
  };
  const { weights, exports } = found;
  return { ...found, weights: weights.map(only), exports: exports.filter(isChosen), otherWeights: [] };
}

async function chooseShards({ files }: WeightSet, index: SourceFile, note: Notes): Promise<SourceFile[] | null> {
  const shards = await note.attempt('weights', index, '', ({ file }) => readShardIndex(file));
  if (!shards) return null;
  const byName = new Map(files.map((file) => [baseName(file.path), file]));
  const absent = shards.files.filter((name) => !byName.has(name));
  absent.forEach((name) => note.absent(name, ': the index lists it as a part of the weights'));
  return absent.length > 0 ? null : shards.files.flatMap((name) => byName.get(name) ?? []);
}

function tellChoice(used: SourceFile, { weights, exports, otherWeights }: ModelFiles, note: Notes): void {
  const others = [...weights.flatMap(({ files }) => files), ...exports, ...otherWeights]
    .filter((file) => file !== used)
    .map(({ path }) => `\`${baseName(path)}\``);
  if (others.length === 0) return;
  const message = `Of several weight files, \`${baseName(used.path)}\` is used; ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} not.`;
  const next = 'Choose another one under Model (`--weights FILE` on the command line).';
  note.notices.push({ code: 'bad-option', message, next, path: used.path });
}
