/** The exports of test/fixtures/exports, each with the config and tokenizer of the model that it was made from. */
import { expect } from 'vitest';
import { recogniseModel, type ModelSource, type SourceFile } from '../../src/model/recognise.ts';
import { golden, load, readHidden, type Golden } from './model-fixtures.ts';

const exportUrls = import.meta.glob<string>('../fixtures/exports/*/*', {
  query: '?url',
  import: 'default',
  eager: true,
});
const modelUrls = import.meta.glob<string>('../fixtures/models/*/*.json', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** Export → where its hidden states are. */
const hiddenStates = {
  'bert-causal': 'layer normalisations',
  'bert-decomposed': 'layer normalisations',
  'bert-float16': 'layer normalisations',
  'bert-hidden': 'outputs',
  'bert-optimised': 'layer normalisations',
  'gpt2-decomposed': 'layer normalisations',
  'modernbert-decomposed': 'layer normalisations',
  'roberta-external': 'layer normalisations',
  'roberta-hidden': 'outputs',
  'roberta-unmasked': 'layer normalisations',
  'xlnet-decomposed': 'layer normalisations',
} as const;

export type ExportName = keyof typeof hiddenStates;
/** Those with the hidden states of their origin, in float32. */
export const exportNames = (Object.keys(hiddenStates) as ExportName[]).filter(
  (name) => !isHalf(name) && name !== 'bert-causal',
);

function isHalf(name: string): boolean {
  return name.endsWith('float16');
}

/** The model that it was exported from. */
export function originOf(name: ExportName): string {
  return name.split('-')[0];
}

export async function exportSource(name: ExportName): Promise<ModelSource> {
  const { source, card } = await recogniseModel(await exportFiles(name));
  if (!source) throw new Error(`${name} was not recognised`);
  expect(card).toMatchObject({ hiddenStates: hiddenStates[name] });
  expect(card?.weightFormat).toContain(`ONNX export, ${isHalf(name) ? 'F16' : 'F32'}`);
  return source;
}

/** The rows of the tiny BERT, and what it computes of them with a causal mask. */
export async function causalGolden(): Promise<{ rows: Golden['texts']; hidden: Float32Array[] }> {
  const { texts } = await golden('bert');
  const file = await load(exportUrls['../fixtures/exports/bert-causal/golden.safetensors']);
  return { rows: texts, hidden: await readHidden(file, texts.length) };
}

/** The files of an export, laid out as Optimum does: the graph in a folder of its own. */
export async function exportFiles(name: ExportName): Promise<SourceFile[]> {
  const own = Object.entries(exportUrls).filter(([path]) => path.includes(`/${name}/model.`));
  const beside = ['config.json', 'tokenizer.json'];
  const files = [
    ...own.map(([path, url]) => ({ url, path: `${name}/onnx/${path.split('/').at(-1)}` })),
    ...beside.map((file) => ({
      url:
        exportUrls[`../fixtures/exports/${name}/${file}`] ?? modelUrls[`../fixtures/models/${originOf(name)}/${file}`],
      path: `${name}/${file}`,
    })),
  ];
  return Promise.all(files.map(async ({ url, path }) => ({ path, file: await load(url) })));
}
