/** What the dropped files are: the model room and the data room look at them, this joins their answers for the page. */
import { recogniseData, type Recognised as RecognisedData } from '../data/recognise.ts';
import { recogniseModel, type Recognised as RecognisedModel } from '../model/recognise.ts';
import type { Corrections, DroppedFile, Inspection } from './contract.ts';

/** Both rooms' findings, with everything that a run needs. */
export interface Findings {
  model: RecognisedModel;
  data: RecognisedData;
}

export async function find(files: DroppedFile[], corrections: Corrections): Promise<Findings> {
  const model = await recogniseModel(files);
  const others = files.filter(({ path }) => !model.used.has(path));
  return { model, data: await recogniseData(others, corrections) };
}

const previewLength = 128;

/** @throws nothing for bad files: they come back as notices with what to do. */
export async function inspect(files: DroppedFile[], corrections: Corrections): Promise<Inspection> {
  const { model, data } = await find(files, corrections);
  const tokenizer = model.source?.tokenizer;
  const preview = data.card?.preview.map((row) => ({
    ...row,
    tokens: tokenizer?.tokens(row.text, row.pair, previewLength) ?? [],
  }));
  return {
    model: model.card,
    tokenizer: model.tokenizer,
    data: data.card && { ...data.card, preview: preview ?? [] },
    missing: [...model.missing, ...data.missing],
    notices: [...model.notices, ...data.notices],
    ignored: [...model.ignored, ...data.ignored, ...unclaimed(files, model, data)],
  };
}

/** Files that neither room spoke of. */
function unclaimed(files: DroppedFile[], model: RecognisedModel, data: RecognisedData): Inspection['ignored'] {
  const claimed = new Set(model.used);
  for (const { path } of [...(data.card?.files ?? []), ...data.ignored]) claimed.add(path);
  for (const { labelPath } of data.card?.files ?? []) if (labelPath !== null) claimed.add(labelPath);
  for (const { path } of [...data.missing, ...data.notices]) if (path !== null) claimed.add(path);
  return files
    .filter(({ path }) => !claimed.has(path))
    .map(({ path }) => ({ path, reason: 'not part of a model or of a data set that Winnow reads' }));
}
