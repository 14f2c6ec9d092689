/** What the dropped files are: each room looks at them, this joins their answers for the page. */
import { recogniseActivations, splitOff, type FoundActivations } from '../../activations/file/recognise.ts';
import { recogniseData, type Recognised as RecognisedData } from '../../data/recognise.ts';
import { recogniseModel, type Recognised as RecognisedModel } from '../../model/recognise.ts';
import type { Corrections, DroppedFile, Inspection } from '../contract.ts';
import { applyExperiment, type AppliedExperiment } from './experiment.ts';
import { openHdf5Apart } from '../worker/hdf5.ts';

/** All rooms' findings, with everything that a run needs. */
export interface Findings {
  vectors: { from: 'model'; model: RecognisedModel } | { from: 'files'; activations: FoundActivations };
  data: RecognisedData;
  experiment: AppliedExperiment;
  /** The user's, and what an experiment configuration says where the user does not. */
  corrections: Corrections;
  /** Files that the vectors' room has spoken of. */
  used: ReadonlySet<string>;
  ignored: Inspection['ignored'];
}

/** A whole model is used before activation files: it was named or dropped beside them on purpose. */
export async function find(files: DroppedFile[], given: Corrections): Promise<Findings> {
  const { activations, others } = await splitOff(files);
  const model = await recogniseModel(others, given.weights);
  const rest = others.filter(({ path }) => !model.used.has(path));
  const experiment = await applyExperiment(rest, activations);
  const corrections = {
    ...experiment.corrections,
    ...given,
    roles: { ...experiment.corrections.roles, ...given.roles },
  };
  const data = await recogniseData(experiment.files ?? rest, corrections);
  const common = { data, experiment, corrections };
  const ignore = (paths: Iterable<string>, reason: string) => Array.from(paths, (path) => ({ path, reason }));
  if (activations.length === 0 || model.source !== null) {
    const paths = activations.map(({ path }) => path);
    const reason = 'It holds activations; the model is used. Take the model out to use them.';
    const ignored = [...model.ignored, ...ignore(paths, reason)];
    return { ...common, vectors: { from: 'model', model }, used: new Set([...model.used, ...paths]), ignored };
  }
  const wanted = experiment.activations ?? activations;
  const found = await recogniseActivations(wanted, data, corrections, openHdf5Apart);
  found.missing.push(...otherSize(experiment, found));
  const beside = activations.filter((file) => !wanted.includes(file)).map(({ path }) => path);
  return {
    ...common,
    vectors: { from: 'files', activations: found },
    used: new Set([...model.used, ...activations.map(({ path }) => path)]),
    ignored: [
      ...ignore(model.used, 'It is of a model, which is not needed: the activations are used.'),
      ...ignore(beside, 'The experiment configuration does not name it.'),
    ],
  };
}

/** A configuration may say how many neurons a layer has. */
function otherSize({ card, hidden }: AppliedExperiment, found: FoundActivations): FoundActivations['missing'] {
  if (card === null || hidden === null || found.card === null || found.card.hidden === hidden) return [];
  const message = `\`${card.path}\` says that a layer has ${hidden} neurons (\`num_neurons_per_layer\`), the activations have ${found.card.hidden}.`;
  const next = 'Correct the configuration, or use the activations that it was made for.';
  return [{ code: 'bad-option', message, next, path: card.path, role: null }];
}

const previewLength = 128;

/** @throws nothing for bad files: they come back as notices with what to do. */
export async function inspect(files: DroppedFile[], corrections: Corrections): Promise<Inspection> {
  const found = await find(files, corrections);
  const { vectors, data, experiment } = found;
  const model = vectors.from === 'model' ? vectors.model : null;
  const activations = vectors.from === 'files' ? vectors.activations : null;
  const ofVectors = vectors.from === 'model' ? vectors.model : vectors.activations;
  const tokenizer = model?.source?.tokenizer;
  const preview = data.card?.preview.map((row) => ({
    ...row,
    tokens: tokenizer?.tokens(row.text, row.pair, previewLength) ?? [],
  }));
  const sentences = data.card?.sentences.map((sentence) => ({
    ...sentence,
    tokens: tokenizer ? sentence.words.map((word) => tokenizer.wordTokens(word)) : [],
  }));
  return {
    model: model?.card ?? null,
    tokenizer: model?.tokenizer ?? null,
    weights: model?.weights ?? { choices: [], used: null },
    activations: activations?.card ?? null,
    experiment: experiment.card,
    data: data.card && { ...data.card, preview: preview ?? [], sentences: sentences ?? [] },
    missing: [...experiment.missing, ...ofVectors.missing, ...data.missing],
    notices: [...experiment.notices, ...ofVectors.notices, ...data.notices],
    ignored: [...found.ignored, ...data.ignored, ...unclaimed(files, found)],
  };
}

/** Files that no room spoke of. */
function unclaimed(files: DroppedFile[], { used, data, experiment }: Findings): Inspection['ignored'] {
  const claimed = new Set([...used, ...experiment.used]);
  for (const { path } of [...(data.card?.files ?? []), ...data.ignored]) claimed.add(path);
  for (const { labelPath, shardPaths } of data.card?.files ?? []) {
    for (const path of [...shardPaths, ...(labelPath === null ? [] : [labelPath])]) claimed.add(path);
  }
  for (const { path } of [...data.missing, ...data.notices]) if (path !== null) claimed.add(path);
  const reason =
    experiment.card === null
      ? 'not part of a model or of a data set that Winnow reads'
      : 'The experiment configuration does not name it.';
  return files.filter(({ path }) => !claimed.has(path)).map(({ path }) => ({ path, reason }));
}
