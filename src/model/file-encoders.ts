/**
 * The encoders that weight files hold, by what stands before their word embeddings: a task model has one (`bert.`), a
 * bi-encoder two, a distillation its teacher's and its student's. And what in such a file is in the encoder and is none of
 * its tensors: nothing of that is passed over in silence.
 */
import { WinnowError } from '../base/errors.ts';
import type { Architecture } from './architecture.ts';

/** How an encoder is called that nothing stands before. */
const unnamed = 'top';

/** An encoder in weight files. */
export interface FileEncoder {
  /** What stands before its tensors, without the last dot. */
  name: string;
  /** Canonical name → name in the file, of everything under its prefix. */
  names: Map<string, string>;
}

/**
 * Under the names that transformers gives now: TensorFlow's gamma and beta of a normalisation, and what wrappers for
 * training, compilation and adapters put into a name, are taken out.
 */
export function renewed(name: string): string {
  return name
    .replace(/\.gamma$/, '.weight')
    .replace(/\.beta$/, '.bias')
    .replace(/(^|\.)(?:(?:_fsdp_wrapped_module|_checkpoint_wrapped_module|_orig_mod)\.)+/g, '$1')
    .replace(/\.base_layer\.(weight|bias)$/, '.$1');
}

/** Those of `names`, the shortest prefix first; one without a prefix stands for a file that has no word embeddings. */
export function encodersIn(names: readonly string[], { anchor, shapes, otherNames = [] }: EncoderNames): FileEncoder[] {
  const known = (name: string): string =>
    otherNames.reduce((own, [pattern, ours]) => own.replace(pattern, ours), renewed(name));
  const renamed = names.map((name) => [known(name), name] as const);
  const prefixes = renamed
    .filter(([name]) => name === anchor || name.endsWith(`.${anchor}`))
    .map(([name]) => name.slice(0, -anchor.length))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const rooms = roomsOf(shapes);
  const all = prefixes.length === 0 ? [''] : [...new Set(prefixes)];
  return all.map((prefix) => {
    const inside = renamed.filter(
      ([name]) => name.startsWith(prefix) && (prefix !== '' || all.length === 1 || rooms.has(roomOf(name))),
    );
    return {
      name: prefix === '' ? unnamed : prefix.slice(0, -1),
      names: new Map(inside.map(([name, original]) => [name.slice(prefix.length), original])),
    };
  });
}

interface EncoderNames extends Pick<Architecture, 'anchor' | 'otherNames'> {
  /** Of every tensor that the encoder needs. */
  shapes: ReadonlyMap<string, readonly number[]>;
}

/** The parts that an encoder consists of, such as `embeddings` and `encoder`. */
function roomsOf(shapes: EncoderNames['shapes']): Set<string> {
  return new Set([...shapes.keys()].map(roomOf));
}

function roomOf(name: string): string {
  return name.split('.', 1)[0];
}

/** How tensors are called that change what an encoder computes, and what to do about each kind. */
const changes: readonly (readonly [RegExp, string, string])[] = [
  [
    /\.lora_magnitude_vector/,
    'a DoRA adapter that is not merged',
    'Merge it with merge_and_unload() of PEFT and save the model again.',
  ],
  [
    /\.loras?\.|\.lora_[A-Za-z]+/,
    'a LoRA adapter that is not merged, and no file says how it is scaled',
    "Add the adapter's adapter_config.json of PEFT, or merge it (PEFT: merge_and_unload(); adapters: merge_adapter(NAME); loralib: eval(), then leave lora_… out) and save the model again.",
  ],
  [
    /(^|[._])adapters?([._]|$)|adapter_(down|up)/i,
    'an adapter of its own layers, which cannot be merged',
    'Export the model with its active adapter to ONNX, with the hidden states as outputs, and drop model.onnx.',
  ],
  [
    /\.ia3_l/,
    'an IA³ adapter that is not merged',
    'Merge it with merge_and_unload() of PEFT and save the model again.',
  ],
  [
    /(^|[._])(prefix|prompt)_?(encoder|tuning|tunings|embeddings?|tokens)?([._]|$)/i,
    'learned prompts, which stand before a text',
    'Export the model with its prompts to ONNX, with the hidden states as outputs, and drop model.onnx.',
  ],
  [
    /weight_(mask|orig|g|v)$|parametrizations\./,
    'weights that are made of two when the model runs',
    'Make it permanent (torch.nn.utils.prune.remove, remove_weight_norm, remove_parametrizations) and save the model again.',
  ],
  [
    /\.(SCB|absmax|quant_map|nested_\w+|quant_state\.\w+|qweight|qzeros|scales|zero_point|scale)$/,
    'quantised weights',
    'Save the model again with float32 or float16 weights.',
  ],
];

/** Tensors beside an encoder that a task is trained with, whatever library saved them: they are expected. */
export const headNames = ['classifier', 'score', 'qa_outputs', 'logits_proj', 'regressor'];
const expectedBeside = new RegExp(
  `(^|\\.)(${[
    ...headNames,
    ...['cls', 'lm_head', 'lm_loss', 'predictions', 'generator_predictions', 'generator_lm_head', 'sop_classifier'],
    ...['lm_predictions', 'mask_predictions'],
    ...['discriminator_predictions', 'pre_classifier', 'vocab_transform', 'vocab_layer_norm', 'vocab_projector'],
    ...[
      'vocab_projection',
      'sequence_summary',
      'start_logits',
      'end_logits',
      'answer_class',
      'pooler',
      'pooling',
      'dropout',
      'fc',
      'linear',
    ],
    ...['dense', 'out_proj', 'out', 'head', 'heads', 'crf', 'loss', 'loss_fn', 'criterion', 'lstm', 'mlp', 'output'],
  ].join('|')})(\\.|$)`,
);

/** A sentence and what to do, of tensors that are there and not used. */
export interface WeightNote {
  message: string;
  next: string;
}

/**
 * What to say of everything that is there and not used.
 * @param extra canonical name → name in the file, of what is neither the encoder's nor an adapter's that is merged
 * @param beside names outside every encoder
 * @throws WinnowError `bad-model` for a tensor that may change what the encoder computes, by its name.
 */
export function checkRest(
  { extra, beside }: { extra: ReadonlyMap<string, string>; beside: readonly string[] },
  { shapes, idle = [] }: Pick<Architecture, 'idle'> & Pick<EncoderNames, 'shapes'>,
  files: string,
): WeightNote[] {
  const rooms = roomsOf(shapes);
  const further: string[] = [];
  const unused: string[] = [];
  for (const [name, original] of extra) {
    const change = changes.find(([pattern]) => pattern.test(name));
    if (change) throw changed(original, files, change);
    const ofAny = name.replace(/\.\d+\./g, '.*.');
    if (idle.some((known) => ofAny === known || name.startsWith(`${known}.`))) continue;
    if (isOfFurtherLayer(name, shapes)) further.push(original);
    else if (rooms.has(roomOf(name))) {
      const message = `${files} holds \`${original}\` inside the encoder, and the architecture that config.json names has no such tensor: its numbers would be others.`;
      const next =
        'Use the config.json that was saved together with the weights, or export the model to ONNX and drop model.onnx.';
      throw new WinnowError('bad-model', message, next);
    } else if (!expectedBeside.test(name)) unused.push(original);
  }
  for (const name of beside) {
    const change = changes.find(([pattern]) => pattern.test(name) && /prefix|prompt/i.test(name));
    if (change) throw changed(name, files, change);
    if (!expectedBeside.test(name)) unused.push(name);
  }
  return [...furtherNote(further, files), ...unusedNote(unused, files)];
}

function changed(name: string, files: string, [, what, next]: (typeof changes)[number]): WinnowError {
  return new WinnowError('bad-model', `${files} holds \`${name}\`: ${what}.`, next);
}

/** As a layer that config.json does not count. */
function isOfFurtherLayer(name: string, shapes: EncoderNames['shapes']): boolean {
  return !shapes.has(name) && shapes.has(name.replace(/\.\d+\./g, '.0.'));
}

function furtherNote(names: readonly string[], files: string): WeightNote[] {
  if (names.length === 0) return [];
  const message = `${files} holds more layers than config.json counts: ${shownNames(names)} ${names.length === 1 ? 'is' : 'are'} not used.`;
  return [{ message, next: 'Correct num_hidden_layers in config.json if they belong to the model.' }];
}

function unusedNote(names: readonly string[], files: string): WeightNote[] {
  if (names.length === 0) return [];
  const message = `${files} holds tensors beside the encoder that no hidden state comes from: ${shownNames(names)}. They are not used.`;
  return [{ message, next: 'Nothing, if they are of the task.' }];
}

function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `\`${name}\``);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
