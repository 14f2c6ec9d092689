/**
 * config.json of the reduced model: the original's, its layers cut and its labels named, as transformers (Python), Optimum
 * and transformers.js read it. Where transformers.js has no class of the model's type for the task, config.json names a
 * type that it has, whose class does nothing but run the graph; `configuration_files` then sends Python, which
 * follows it and transformers.js does not, to a second file with the type itself.
 */
import { parseJsonObject } from '../format/json.ts';
import { layerFields, sameModel } from '../model/config-fields.ts';
import type { ReducedDtype } from './head.ts';

export interface ReducedConfig {
  /** Text of the original's config.json. */
  original: string;
  /** Transformer layers of the original, and those that are left. */
  layers: { all: number; kept: number };
  /** As transformers names it; null: nothing tells. */
  type: string | null;
  /** `Bert` of its classes; null: not known. */
  stem: string | null;
  labelling: boolean;
  /** In the order of the logits; null in regression. */
  labels: readonly string[] | null;
  dtypes: readonly ReducedDtype[];
  /** Names of graphs in onnx/ with the number of files that hold their weights, where these lie beside them. */
  externalData: ReadonlyMap<string, number>;
  /** What a standard class asks for beside this. */
  fields?: Readonly<Record<string, unknown>>;
}

/** What transformers.js calls a number format, and how it names the graph's file. */
export const webDtypes = {
  float32: { dtype: 'fp32', file: 'model.onnx' },
  float16: { dtype: 'fp16', file: 'model_fp16.onnx' },
  int8: { dtype: 'q8', file: 'model_quantized.onnx' },
} as const satisfies Record<ReducedDtype, { dtype: string; file: string }>;

const sentenceTypes = [
  ...['bert', 'eurobert', 'neobert', 'modernbert', 'roformer', 'electra', 'esm', 'convbert', 'camembert', 'deberta'],
  ...['deberta-v2', 'mpnet', 'albert', 'distilbert', 'roberta', 'xlm', 'xlm-roberta', 'bart', 'mbart', 'mobilebert'],
  'squeezebert',
];
const labellingTypes = [
  ...['bert', 'eurobert', 'neobert', 'modernbert', 'roformer', 'electra', 'esm', 'convbert', 'camembert', 'deberta'],
  ...['deberta-v2', 'mpnet', 'distilbert', 'roberta', 'xlm', 'xlm-roberta', 'openai_privacy_filter'],
];

/** The model types that the two pipelines of transformers.js 4.3 open. */
export const pipelineTypes: Readonly<Record<'sentence' | 'labelling', ReadonlySet<string>>> = {
  sentence: new Set(sentenceTypes),
  labelling: new Set(labellingTypes),
};

/** The type that stands in, and the class of it. */
const standIn = { type: 'bert', stem: 'Bert' } as const;

/** The least version of transformers that the second file is for: all that follow `configuration_files`. */
const trueConfig = 'config.4.0.0.json';

/** Of the model that the folder is made from, or of code that the folder does not have. */
const leftOut = ['_name_or_path', 'auto_map', 'quantization_config', 'finetuning_task', 'torch_dtype', 'num_labels'];

const markedFloats = /"\ue000(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"/g;

/** Python tells 2.0 from 2, and classes of transformers refuse one for the other: such numbers stay as they are written. */
function withMarkedFloats(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (part) =>
    part.startsWith('"') || !/[.eE]/.test(part) ? part : `"\ue000${part}"`,
  );
}

/**
 * The texts of config.json and, where a type stands in for the model's own, of the file with the latter.
 * @throws WinnowError `bad-file` when the original is no JSON object.
 */
export function configFiles(input: ReducedConfig): Map<string, string> {
  const { type, stem, labelling, labels, dtypes, externalData, fields = {} } = input;
  const original = parseJsonObject(withMarkedFloats(input.original), '`config.json`', sameModel);
  for (const name of leftOut) original.delete(name);
  const classOf = (own: string) => `${own}For${labelling ? 'Token' : 'Sequence'}Classification`;
  const names = labels ?? ['score'];
  const dtype = (['float32', 'float16', 'int8'] as const).find((own) => dtypes.includes(own)) ?? 'float32';
  const truth = {
    ...Object.fromEntries(original),
    ...cutLayers(original, input.layers),
    ...(type !== null && { model_type: type }),
    architectures: stem === null ? undefined : [classOf(stem)],
    dtype: 'float32',
    id2label: Object.fromEntries(names.map((name, id) => [id, name])),
    label2id: Object.fromEntries(names.map((name, id) => [name, id])),
    num_labels: names.length,
    problem_type: labels === null ? 'regression' : 'single_label_classification',
    ...fields,
  };
  const web = {
    'transformers.js_config': {
      dtype: webDtypes[dtype].dtype,
      ...(externalData.size > 0 && { use_external_data_format: Object.fromEntries(externalData) }),
    },
  };
  const text = (value: object) => `${JSON.stringify(value, null, 2).replace(markedFloats, '$1')}\n`;
  if (type !== null && pipelineTypes[labelling ? 'labelling' : 'sentence'].has(type)) {
    return new Map([['config.json', text({ ...truth, ...web })]]);
  }
  const stoodIn = { model_type: standIn.type, architectures: [classOf(standIn.stem)] };
  return new Map([
    ['config.json', text({ ...truth, ...stoodIn, ...web, configuration_files: [trueConfig] })],
    [trueConfig, text({ ...truth, ...web })],
  ]);
}

/** The number of layers under each name that is there, and lists with an entry a layer. */
function cutLayers(original: ReadonlyMap<string, unknown>, { all, kept }: ReducedConfig['layers']) {
  const counts = layerFields.filter((name) => original.has(name)).map((name) => [name, kept] as const);
  const lists = [...original].flatMap(([name, value]) =>
    Array.isArray(value) && value.length === all && name.includes('layer') ? [[name, value.slice(0, kept)]] : [],
  );
  return Object.fromEntries<unknown>([...counts, ...(lists as [string, unknown[]][])]);
}
