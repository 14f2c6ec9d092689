/** What the name and the place of a file say that it is to a model. */
import { baseName, folderOf } from '../base/source-file.ts';

const patterns = [
  ['config', /^config\.json$/i],
  ['old-config', /^(bert|albert|electra|roberta|xlnet)_config\.json$/i],
  ['adapter-config', /^adapter_config\.json$/i],
  ['adapter', /^(adapter_model\.(safetensors|bin)|pytorch_adapter\.bin)$/i],
  ['tokenizer', /^(tokenizer|vocab)\.json$|^(vocab|merges)\.txt$|^(spiece|spm|sentencepiece.*)\.model$/i],
  ['settings', /^(tokenizer_config|special_tokens_map|added_tokens)\.json$/i],
  ['index', /\.safetensors\.index\.json$/i],
  ['weights', /\.safetensors$/i],
  [
    'side',
    /^((training_args|optimizer|scheduler|scaler|sampler)(_\d+)?\.(bin|pt)|rng_state.*\.pth|random_states_\d+\.pkl)$/i,
  ],
  ['side', /optim_states\.pt$|^(pytorch_model_head|model_head)\.(bin|safetensors)$/i],
  ['side', /^openvino_.*\.(bin|xml)$|^zero_to_fp32\.py$/i],
  ['other-weights', /\.distcp$/i],
  ['checkpoint-index', /\.bin\.index\.json$/i],
  [
    'other-weights',
    /\.ckpt(-\d+)?\.(index|meta|data-\d+-of-\d+)$|^(?!variables)[^.]*\.data-\d{5}-of-\d{5}$|^ckpt-\d+\.index$|^saved_model\.pb$/i,
  ],
  ['checkpoint', /\.(bin|pt|pth|ckpt)$/i],
  ['export', /\.onnx$/i],
  ['export-data', /\.onnx[._]data(_\d+)?$/i],
  ['other-weights', /\.(h5|keras|tflite|msgpack|ot|gguf|pdparams|mlmodel|mlpackage)$/i],
  [
    'side',
    /^(generation_config|trainer_state|modules|sentence_bert_config|config_sentence_transformers|head_config)\.json$/i,
  ],
] as const;
export type ModelFileKind = (typeof patterns)[number][0];

/** As transformers names a model in one file, and what kinds its format's files and index are. */
export const standardNames = [
  ['model.safetensors', 'weights', 'index'],
  ['pytorch_model.bin', 'checkpoint', 'checkpoint-index'],
] as const satisfies readonly (readonly [string, ModelFileKind, ModelFileKind])[];

export const shardPattern = /-\d{5}-of-\d{5}\.(safetensors|bin)$/;

/** What sentence-transformers puts behind the encoder, a folder each. */
const laterModule =
  /^\d+_(Pooling|Dense|Normalize|LayerNorm|Dropout|LSTM|CNN|BoW|WordWeights|WeightedLayerPooling|Asym|SpladePooling)$/i;

/** What the hub's cache holds beside its snapshots. */
const hubCache = /(^|\/)models--[^/]+\/(blobs|refs|\.no_exist)\//;

/** null: of no model. */
export function kindOf(path: string): ModelFileKind | null {
  if (laterModule.test(baseName(folderOf(path))) || hubCache.test(path)) return 'side';
  return patterns.find(([, pattern]) => pattern.test(baseName(path)))?.[0] ?? null;
}
