/** Weights of other frameworks: which they are, the command that converts them, and what its output needs to be read here. */
import type { PlainError } from '../base/errors.ts';
import type { ModelFiles } from './model-files.ts';

const oldTransformers = 'pip install "transformers<5"';

/** @param name of a weight file that Winnow does not read */
export function convertible(name: string, { config }: Pick<ModelFiles, 'config'>): PlainError {
  const { what, next } = kindOf(name, config?.file.name ?? 'bert_config.json');
  const message = `The weights are in \`${name}\`, ${what}, and this version of Winnow reads safetensors, PyTorch checkpoints and ONNX only.`;
  return { code: 'missing-file', message, next };
}

function kindOf(name: string, config: string): { what: string; next: string } {
  const checkpoint = /^(.*\.ckpt(?:-\d+)?)\.(?:index|meta|data-\d+-of-\d+)$/i.exec(name)?.[1];
  if (checkpoint !== undefined) {
    const kind = /^(albert|electra)/i.exec(config)?.[1].toLowerCase() ?? 'bert';
    const script = `python -m transformers.models.${kind}.convert_${kind}_original_tf_checkpoint_to_pytorch`;
    const given =
      kind === 'albert' ? '--albert_config_file' : kind === 'electra' ? '--config_file' : '--bert_config_file';
    const command = `${oldTransformers} tensorflow torch && ${script} --tf_checkpoint_path ${checkpoint} ${given} ${config} --pytorch_dump_path pytorch_model.bin`;
    return {
      what: 'a TensorFlow checkpoint as Google published them',
      next: `Convert it once: ${command}${kind === 'electra' ? ' --discriminator_or_generator discriminator' : ''}. Then drop pytorch_model.bin, ${config} and vocab.txt (or tokenizer.json) together.`,
    };
  }
  if (/\.(index|data-\d+-of-\d+|keras)$/i.test(name)) {
    const next =
      'Open it in TensorFlow with the class it was saved from, call save_pretrained(…) of transformers 4 on the encoder, and drop that folder: tf_model.h5 in it is converted with one command.';
    return { what: 'a checkpoint of TensorFlow', next };
  }
  const from = (flag: string, framework: string): string =>
    `Convert it once: ${oldTransformers} ${framework} torch && python -c "from transformers import AutoModel; AutoModel.from_pretrained('.', ${flag}=True).save_pretrained('.')". Then drop the folder again.`;
  if (/\.distcp$/i.test(name)) {
    const next =
      'Merge it once: pip install accelerate && accelerate merge-weights FOLDER . (FOLDER holds the .distcp files). Then drop model.safetensors with config.json and the tokenizer.';
    return { what: 'a piece of a checkpoint sharded by FSDP', next };
  }
  if (/\.h5$/i.test(name)) return { what: 'weights of TensorFlow', next: from('from_tf', 'tensorflow tf-keras') };
  if (/\.msgpack$/i.test(name)) return { what: 'weights of Flax', next: from('from_flax', 'flax') };
  if (/\.pb$/i.test(name)) {
    const next =
      'Convert it once: pip install tf2onnx tensorflow && python -m tf2onnx.convert --saved-model . --output model.onnx. Then drop model.onnx, config.json and the tokenizer together.';
    return { what: 'a SavedModel of TensorFlow', next };
  }
  const next = 'Save the model with save_pretrained(…, safe_serialization=True) and drop model.safetensors.';
  return { what: 'in a format of another framework', next };
}
