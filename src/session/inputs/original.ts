/**
 * The model that a run was made with, told among dropped files by the hash of its weights, and the data of the run where
 * they were dropped too. Refuses another model, and rows that the run did not have where a probe is to be trained on them.
 */
import type { Progress } from '../../base/abort.ts';
import { WinnowError, type Notice } from '../../base/errors.ts';
import { baseName } from '../../base/source-file.ts';
import { splits } from '../../data/scores.ts';
import type { ModelRecognition, ModelSource } from '../../model/recognise.ts';
import type { ProbeParts } from '../../probe/parts.ts';
import { counted } from '../../report/format.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { Corrections, RunRequest } from '../contract.ts';
import { hashAll, hashOfAll } from './hashes.ts';
import { readAnalysis, type AnalysisInputs } from './inputs.ts';
import { recogniseInputs, type InputsRecognition } from './recognise.ts';

export interface Original {
  model: ModelSource & { tokenizer: Tokenizer };
  parameters: number | null;
  /** Model and data as a run has them; null where no data were dropped. */
  inputs: AnalysisInputs | null;
}

/**
 * Progress is in bytes.
 * @throws WinnowError `bad-option` for a run without a model, `bad-model` where its hash is another, and of the first thing
 * that is missing or wrong.
 */
export async function readOriginal(request: RunRequest, run: RunFile, progress: Progress): Promise<Original> {
  if (run.model.architecture === 'activations') {
    const message = 'The run was made over activation files, so there is no model to make a smaller one of.';
    throw new WinnowError('bad-option', message, 'Run the analysis with the model itself, then save from that result.');
  }
  const recognised = await recogniseOf(request, run);
  const { vectors, data } = recognised;
  if (vectors.from === 'files') {
    const message = 'Activation files were given; a smaller model is made of the model itself.';
    throw new WinnowError('missing-file', message, 'Give the model’s folder in place of them.');
  }
  const [missing] = vectors.model.missing;
  if (missing) throw errorOf(missing);
  const { source, card } = vectors.model;
  if (!source?.tokenizer || !card) {
    throw new WinnowError('missing-file', 'A model and its tokenizer are needed.', 'Give the model’s whole folder.');
  }
  const hasData = [data.train, data.dev, data.test].some(Boolean) || data.missing.some(({ path }) => path !== null);
  const inputs = hasData ? await readAnalysis(request, progress, recognised) : null;
  const sha256 = inputs?.modelFacts.sha256 ?? (await hashOfWeights(source, progress));
  if (sha256 !== run.model.sha256) throw otherModel(vectors.model, sha256, run);
  return { model: { ...source, tokenizer: source.tokenizer }, parameters: card.parameters, inputs };
}

/** What a run was made of, among files: by what it says of them, beneath what the user does. */
export async function recogniseOf(
  { files, corrections: byUser }: Pick<RunRequest, 'files' | 'corrections'>,
  run: Pick<RunFile, 'model' | 'data'>,
): Promise<InputsRecognition> {
  const corrections = correctionsOf(run, byUser);
  const { model } = run;
  const recognised = await recogniseInputs(files, corrections);
  const { vectors } = recognised;
  if (vectors.from === 'files' || corrections.weights !== undefined) return recognised;
  const { card, weights } = vectors.model;
  const [wanted] = model.weights ?? [];
  if (card?.weightFiles.map(baseName).includes(wanted)) return recognised;
  const named = weights.choices.find((path) => baseName(path) === wanted);
  return named === undefined ? recognised : recogniseInputs(files, { ...corrections, weights: named });
}

function errorOf({ code, message, next }: Notice): WinnowError {
  return new WinnowError(code, message, next);
}

/** The user's, and beneath them what the run says of its files and they alone would not. */
function correctionsOf({ data, model }: Pick<RunFile, 'data' | 'model'>, own: Corrections): Corrections {
  const { text, pair, label } = data.columns ?? {};
  const columns = data.columns && { text, pair, label };
  const encoder = model.encoders?.[0];
  return {
    task: data.task,
    ...(encoder !== undefined && { encoder }),
    ...own,
    columns: { ...columns, ...own.columns },
  };
}

async function hashOfWeights({ weightFiles }: ModelSource, progress: Progress): Promise<string> {
  const hashes = await hashAll(weightFiles, progress);
  return hashOfAll(weightFiles.map(({ path }) => hashes.get(path) ?? ''));
}

function otherModel({ source }: ModelRecognition, sha256: string, { model }: RunFile): WinnowError {
  const found = `\`${source?.name}\` has weights with SHA-256 ${sha256.slice(0, 12)}…`;
  const message = `${found}, and the run was made with \`${model.name}\`, ${model.sha256.slice(0, 12)}…: another model.`;
  const next = 'Give the model that the run was made with, or run the analysis again with this one.';
  return new WinnowError('bad-model', message, next);
}

const nextOfData = 'Give the data that the run was made with, or run the analysis again with these.';

/** @throws WinnowError `bad-data` where the data files are not those of the run. */
export function checkFiles(inputs: AnalysisInputs, run: RunFile): void {
  const { data } = run;
  const own = new Set(inputs.fileFacts.map(({ role, sha256 }) => `${role} ${sha256}`));
  const lost = data.files.find(({ role, sha256 }) => !own.has(`${role} ${sha256}`));
  if (lost) {
    const message = `The run was made with another ${lost.role} file, \`${lost.name}\` (SHA-256 ${lost.sha256.slice(0, 12)}…).`;
    throw new WinnowError('bad-data', message, nextOfData);
  }
  if ((inputs.task.labels ?? []).join('\n') === data.labels.join('\n')) return;
  const message = 'These data give other labels than the run had: another column of labels is read.';
  throw new WinnowError('bad-data', message, nextOfData);
}

/** @throws WinnowError `bad-data` where the parts have other rows than the run had. */
export function checkRows(parts: ProbeParts, { data: { instances } }: RunFile): void {
  for (const split of splits) {
    const { length } = parts[split].labels;
    if (length === instances[split]) continue;
    const message = `The ${split} part has ${counted(length, 'row')}, and the run had ${instances[split]}.`;
    throw new WinnowError('bad-data', message, nextOfData);
  }
}
