/** What the dropped files are, for the page: cards, the first rows with their subwords, and everything to be said. */
import type { Corrections, DroppedFile, Inspection } from '../contract.ts';
import { recogniseInputs } from './recognise.ts';

const previewLength = 128;

/** @throws nothing for bad files: they come back as notices with what to do. */
export async function inspect(files: DroppedFile[], corrections: Corrections): Promise<Inspection> {
  const { reduced, vectors, data, experiment, missing, notices, ignored } = await recogniseInputs(files, corrections);
  const model = vectors.from === 'model' ? vectors.model : null;
  const activations = vectors.from === 'files' ? vectors.activations : null;
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
    weights: model?.weights ?? { choices: [], used: null, encoders: [] },
    activations: activations?.card ?? null,
    experiment: experiment.card,
    reduced: reduced.card,
    data: data.card && { ...data.card, preview: preview ?? [], sentences: sentences ?? [] },
    missing,
    notices,
    ignored,
  };
}
