/** What was chosen among all that was dropped, as the run file has it: the same of a run and of an extraction. */
import { baseName } from '../../base/source-file.ts';
import type { ColumnsCard, DataFileCard } from '../../data/cards.ts';
import type { ModelRecognition } from '../../model/recognise.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { Choices } from '../../report/choices.ts';
import type { Inspection, Role, RunOptions } from '../contract.ts';

/** Of an extraction of one file: null where nothing can be extracted. */
export function extractionChoices(
  { model, weights, activations, data }: Inspection,
  role: Role,
  { aggregation }: Pick<RunOptions, 'aggregation'>,
): Choices | null {
  if (data === null) return null;
  const joins = data.kind === 'labelling' && (activations === null || activations.subwords);
  const token = activations?.sentenceToken ?? null;
  const files = data.files.filter((file) => file.role === role);
  return {
    model: activations === null ? modelChoices({ card: model, weights }) : {},
    data: {
      task: data.task,
      columns: columnFacts(data.columns),
      files: files.map((file) => ({ name: file.name, ...formFacts(file) })),
    },
    options: { ...(joins && { aggregation }), ...(token && { sentenceToken: token }) },
  };
}

/** What was chosen of a model, and what else there was. */
export function modelChoices({ card, weights }: Pick<ModelRecognition, 'card' | 'weights'>): Partial<RunFile['model']> {
  if (!card) return {};
  const { weightFiles, encoder, adapter, pooling, lastLayer } = card;
  const others = weights.choices.filter((path) => path !== weights.used);
  return {
    weights: weightFiles.map(baseName),
    ...(others.length > 0 && { otherWeights: others }),
    ...(encoder !== null && { encoders: [encoder, ...weights.encoders.filter((name) => name !== encoder)] }),
    ...(adapter !== null && { adapter: baseName(adapter) }),
    ...(pooling !== null && { pooling }),
    ...(lastLayer !== null && { lastLayer }),
  };
}

/** Columns in use and the others; undefined where the task decides. */
export function columnFacts(columns: ColumnsCard | null): RunFile['data']['columns'] {
  if (columns === null) return undefined;
  const { choices, text, pair, label } = columns;
  return { text, pair, label, others: choices.filter((name) => ![text, pair, label].includes(name)) };
}

/** Of a table in rows of text. */
export function formFacts(
  card: DataFileCard | undefined,
): Pick<RunFile['data']['files'][number], 'encoding' | 'separator' | 'quoted'> {
  if (card === undefined) return {};
  const { encoding, separator, quoted } = card.form;
  return { encoding, ...(separator !== null && { separator, quoted }) };
}
