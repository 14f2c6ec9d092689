/** The exports of test/fixtures/exports, each with the config and tokenizer of the model that it was made from. */
import type { SourceFile } from '../../src/model/recognise.ts';

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
export const exportNames = {
  'bert-decomposed': 'layer normalisations',
  'bert-hidden': 'outputs',
  'bert-optimised': 'layer normalisations',
  'roberta-external': 'layer normalisations',
  'roberta-hidden': 'outputs',
  'roberta-unmasked': 'layer normalisations',
  'xlnet-decomposed': 'layer normalisations',
} as const;

export type ExportName = keyof typeof exportNames | 'bert-float16';

/** The model that it was exported from. */
export function originOf(name: ExportName): string {
  return name.split('-')[0];
}

/** The files of an export, laid out as Optimum does: the graph in a folder of its own. */
export async function exportFiles(name: ExportName): Promise<SourceFile[]> {
  const own = Object.entries(exportUrls).filter(([path]) => path.includes(`/${name}/`));
  const beside = ['config.json', 'tokenizer.json'].map((file) => `../fixtures/models/${originOf(name)}/${file}`);
  return Promise.all([
    ...own.map(([path, url]) => load(url, `${name}/onnx/${path.split('/').at(-1)}`)),
    ...beside.map((path) => load(modelUrls[path], `${name}/${path.split('/').at(-1)}`)),
  ]);
}

async function load(url: string, path: string): Promise<SourceFile> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return { path, file: new File([await response.blob()], path.split('/').at(-1) ?? '') };
}
