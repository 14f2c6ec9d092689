/**
 * The folder around the graphs of a reduced model: config, tokenizer, the class of transformers where there is one, card
 * and winnow.json. Nothing is written here; large files are Blobs that read from the dropped ones.
 */
import { readText } from '../base/bytes.ts';
import type { Pooling } from '../base/pooling.ts';
import { folderOf } from '../base/source-file.ts';
import { labelNames, type LabelledTask } from '../data/tasks.ts';
import { architectureOf, modelTypes } from '../model/architectures/list.ts';
import type { ModelSource } from '../model/recognise.ts';
import { findTokenizerFiles } from '../tokenizer/files.ts';
import { tokenizerFolder } from '../tokenizer/folder.ts';
import type { Aggregation } from '../tokenizer/rows.ts';
import type { ReducedMeasurement } from '../run/reduced.ts';
import { modelCard } from './card.ts';
import { configFiles, webDtypes } from './config.ts';
import type { FolderFile, LinearHead, ReducedDtype } from './head.ts';
import { reducedVersion, type ReducedClaim, type ReducedRecord } from './record.ts';
import { standardModel } from './standard.ts';

export interface FolderInput {
  /** What the folder is called. */
  name: string;
  created: string;
  /** The original, with its tokenizer. */
  source: ModelSource;
  /** Of its weights, as run files say it, and their size. */
  sha256: string;
  parameters: number | null;
  head: LinearHead;
  task: LabelledTask;
  /** Rows of two texts. */
  pairs: boolean;
  maxLength: number;
  /** What stands for a sentence. */
  pooling: Pooling;
  /** Of words; null for sentences. */
  aggregation: Aggregation | null;
  /** onnx/model.onnx and its like, with the weights beside them. */
  graphs: readonly FolderFile[];
  claim: ReducedClaim | null;
  /** The greatest logit that occurs, either sign; by default one that hardly any exceeds. */
  range?: number;
  /** The original's name on the hub, where it is known. */
  base?: string;
}

export interface ReducedFolder {
  /** All but the card and winnow.json. */
  files: FolderFile[];
  record: ReducedRecord;
  /** The card and winnow.json, with what was measured of the files since. */
  describe(measurement: ReducedMeasurement | null): FolderFile[];
}

/**
 * @throws WinnowError `bad-tokenizer` or `missing-file` for a source without a tokenizer that can be written,
 * `unreadable-file` when a file vanished.
 */
export async function reducedFolder(input: FolderInput): Promise<ReducedFolder> {
  const { source, head, task, graphs } = input;
  const { config, tokenizer } = source;
  if (!tokenizer) throw new Error('a model without a tokenizer answers no text');
  const labelling = task.kind === 'labelling';
  const layers = { all: config.layers, kept: highestLayer(head, config.hidden) };
  const heads = source.kind === 'written' ? architectureOf(config).heads : null;
  const standard = await standardModel({
    ...{ model: source, head, labelling, pooling: input.pooling },
    ...(input.range !== undefined && { range: input.range }),
  });
  const written = dtypesOf(graphs);
  const shown = task.labels === null ? null : labelNames(task.name, task.labels);
  const configs = configFiles({
    original: await readText(source.configFile.file, configLimitBytes),
    layers,
    type: config.architecture === unnamed ? null : config.architecture,
    stem: heads?.stem ?? (await stemOf(source)),
    ...{ labelling, labels: shown, dtypes: written.map(({ dtype }) => dtype), externalData: externalData(graphs) },
    ...('fields' in standard && { fields: standard.fields }),
  });
  const files: FolderFile[] = [...graphs];
  for (const [path, text] of configs) files.push({ path, blob: jsonBlob(text) });
  for (const [path, blob] of await tokenizerFiles(input, heads?.stem ?? null)) files.push({ path, blob });
  if ('file' in standard) files.push({ path: 'model.safetensors', blob: standard.file });
  const record: ReducedRecord = {
    ...{ format: 'winnow-reduced-model', version: reducedVersion, created: input.created, name: input.name },
    model: {
      ...{ name: source.name, architecture: config.architecture, layers: config.layers, hidden: config.hidden },
      ...{ sha256: input.sha256, parameters: input.parameters },
      bytes: source.weightFiles.reduce((sum, { file }) => sum + file.size, 0),
    },
    task: {
      ...{ name: task.name, kind: task.kind, pairs: input.pairs },
      labels: task.labels && [...task.labels],
      shown: shown && [...shown],
    },
    ...{ maxLength: input.maxLength, pooling: input.pooling, aggregation: input.aggregation },
    ...{ layers: layers.kept, neurons: [...head.neurons], graphs: written },
    files: files.map(({ path, blob }) => ({ path, bytes: blob.size })),
    standard:
      'why' in standard
        ? { why: standard.why }
        : { className: standard.className, file: 'model.safetensors', error: standard.error, range: standard.range },
    claim: input.claim,
    measurement: null,
  };
  const spaceBeforeWords = tokenizer.card.kind === 'BPE';
  return {
    ...{ files, record },
    describe(measurement) {
      const whole = { ...record, measurement };
      const card = modelCard({ record: whole, spaceBeforeWords, base: input.base ?? null });
      return [
        { path: 'README.md', blob: new Blob([card], { type: 'text/markdown' }) },
        { path: 'winnow.json', blob: jsonBlob(`${JSON.stringify(whole, null, 2)}\n`) },
      ];
    },
  };
}

/** What an export is called whose config names no type. */
const unnamed = 'encoder';
const configLimitBytes = 64 * 2 ** 20;

function jsonBlob(text: string): Blob {
  return new Blob([text], { type: 'application/json' });
}

export function highestLayer({ neurons }: LinearHead, hidden: number): number {
  return neurons.reduce((highest, neuron) => Math.max(highest, Math.floor(neuron / hidden)), 0);
}

function dtypesOf(graphs: readonly FolderFile[]): { path: string; dtype: ReducedDtype }[] {
  const dtypes = Object.keys(webDtypes) as ReducedDtype[];
  return dtypes.flatMap((dtype) => {
    const path = `onnx/${webDtypes[dtype].file}`;
    return graphs.some((file) => file.path === path) ? [{ path, dtype }] : [];
  });
}

/** By name of the graph, as transformers.js looks for them: `model.onnx_data`, `model.onnx_data_1`, … */
function externalData(graphs: readonly FolderFile[]): Map<string, number> {
  const counts = Object.values(webDtypes).map(({ file }) => {
    return [file, graphs.filter(({ path }) => path.startsWith(`onnx/${file}_data`)).length] as const;
  });
  return new Map(counts.filter(([, count]) => count > 0));
}

/** `DebertaV2` of what an export's config names: `DebertaV2ForSequenceClassification`. */
async function stemOf({ configFile }: ModelSource): Promise<string | null> {
  const config = JSON.parse(await readText(configFile.file, configLimitBytes)) as { architectures?: unknown };
  const [name] = Array.isArray(config.architectures) ? (config.architectures as unknown[]) : [];
  return typeof name === 'string' ? (/^(\w+?)(?:For[A-Z]\w*|PreTrainedModel|Model)$/.exec(name)?.[1] ?? null) : null;
}

async function tokenizerFiles({ source, maxLength }: FolderInput, stem: string | null): Promise<Map<string, Blob>> {
  const { tokenizerFiles: own, config } = source;
  const found = findTokenizerFiles(own, own.length > 0 ? folderOf(own[0].path) : '');
  if (!found) throw new Error('the tokenizer comes from no file');
  const className = stem === null ? null : `${stem}Tokenizer`;
  const type = config.architecture === unnamed ? null : config.architecture;
  return tokenizerFolder(found, { type, conventions: modelTypes }, { maxLength, className });
}
