/**
 * Tiny models of every architecture, each with the hidden states that PyTorch computed for each row alone: those of
 * test/fixtures/models, and those of further forms in test/fixtures/architectures (tools/goldens/architectures.py).
 */
import { recogniseModel, type ModelSource, type SourceFile } from '../../src/model/recognise.ts';
import { golden, load, modelFiles, readHidden } from './model-fixtures.ts';

const urls = import.meta.glob<string>('../fixtures/architectures/*', { query: '?url', import: 'default', eager: true });

export const firstSeries = ['roberta', 'distilbert', 'electra', 'albert', 'xlnet'];
/** Of a second series, with tokenizers: ../shared/models/tiny-modern. */
export const secondSeries = [
  ...['modernbert', 'modernbert-first', 'eurobert', 'nomic-bert', 'llama', 'qwen2', 'qwen3', 'gpt2'],
  ...['gemma3', 'gemma3-encoder', 'deberta-v2', 'deberta-v3', 't5-encoder'],
];
const forms = [
  'mpnet',
  'camembert',
  'xlm-roberta',
  'electra-wide',
  'albert-groups',
  'distilbert-sinusoid',
  'xlnet-clamp',
  'bert-gelu-python',
  'bert-gelu-fast',
  'bert-silu',
  'bert-mish',
  'bert-quick-gelu',
  'mistral',
  'nomic-bert-own-names',
];
export const architectureModels = [...firstSeries, ...secondSeries, ...forms];

export interface GoldenRows {
  rows: { ids: number[]; type_ids: number[] }[];
  /** Of each row: [layers + 1, tokens, hidden]. */
  hidden: Float32Array[];
}

export async function architectureGolden(name: string): Promise<GoldenRows> {
  if (!forms.includes(name)) {
    const { texts, hidden } = await golden(name);
    return { rows: texts, hidden };
  }
  const { rows } = JSON.parse(await (await own(name, 'json', 'rows.json')).text()) as Pick<GoldenRows, 'rows'>;
  return { rows, hidden: await readHidden(await own(name, 'golden.safetensors', name), rows.length) };
}

/** Tiny models without layers, by the first and the number of those that are left out (tools/goldens/shortened.py). */
export const shortenedModels: readonly (readonly [name: string, first: number, length: number])[] = [
  ...([
    ['bert', 1, 1],
    ['bert', 0, 2],
    ['xlnet', 1, 1],
    ['xlnet', 0, 1],
    ['nomic-bert', 0, 1],
  ] as const),
  ...([
    ['deberta-v2', 0, 1],
    ['deberta-v2', 1, 2],
    ['t5-encoder', 0, 1],
    ['t5-encoder', 1, 2],
  ] as const),
  ...([
    ['t5-encoder', 2, 2],
    ['gpt2', 1, 2],
    ['gpt2', 2, 2],
    ['llama', 1, 2],
  ] as const),
  ...([
    ['modernbert', 0, 1],
    ['modernbert', 1, 2],
    ['modernbert', 3, 1],
    ['gemma3', 1, 1],
    ['gemma3', 0, 3],
  ] as const),
];

/** As a model of one layer: of each row [tokens, hidden], the last hidden state. */
export async function shortenedGolden(name: string, first: number, length: number): Promise<GoldenRows> {
  const rows = (await architectureGolden(name)).rows.slice(0, 3);
  const file = await own('shortened', 'safetensors', 'shortened');
  return { rows, hidden: await readHidden(file, rows.length, `${name}.${first}.${length}`) };
}

export async function architectureSource(name: string): Promise<ModelSource> {
  const { source, missing } = await recogniseModel(await filesOf(name));
  if (!source) throw new Error(`${name}: ${missing.map(({ message }) => message).join(' ')}`);
  return source;
}

async function filesOf(name: string): Promise<SourceFile[]> {
  if (!forms.includes(name)) return modelFiles(name);
  return Promise.all(
    [
      ['config.json', 'config.json'],
      ['safetensors', 'model.safetensors'],
    ].map(async ([ending, file]) => ({ path: `${name}/${file}`, file: await own(name, ending, file) })),
  );
}

function own(name: string, ending: string, as: string): Promise<File> {
  return load(urls[`../fixtures/architectures/${name}.${ending}`], as);
}
