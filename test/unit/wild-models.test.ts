/** Model folders as people have them: which files are used, what is merged or chosen, what is refused and said. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recogniseModel, type ModelChoice, type SourceFile } from '../../src/model/recognise.ts';
import { dropped } from '../fixtures/files.ts';
import { namedTensors, paddedEmbeddings } from '../fixtures/safetensors.ts';

const wild = join(import.meta.dirname, '../fixtures/wild');
const tiny = join(import.meta.dirname, '../fixtures/models/bert');

function at(folder: string, file: string, as: string): SourceFile {
  return dropped(as, new Uint8Array(readFileSync(join(folder, file))));
}

const config = (as = 'm/config.json') => at(tiny, 'config.json', as);
const weights = (as = 'm/model.safetensors') => at(tiny, 'model.safetensors', as);
const tokenizer = (as = 'm/tokenizer.json') => at(tiny, 'tokenizer.json', as);
const adapter = (name = 'adapter') => [
  at(wild, `lora/${name}/adapter_config.json`, `${name}/adapter_config.json`),
  at(wild, `lora/${name}/adapter_model.safetensors`, `${name}/adapter_model.safetensors`),
];
const loraBase = () => [
  at(wild, 'lora/base/config.json', 'base/config.json'),
  at(wild, 'lora/base/model.safetensors', 'base/model.safetensors'),
];

async function recognise(files: readonly SourceFile[], choice?: ModelChoice) {
  const result = await recogniseModel(files, choice);
  const inTheWay = result.missing.filter(({ message }) => !message.includes('`tokenizer.json` is missing'));
  expect(result.missing.every(({ next }) => /[.)]$/.test(next))).toBe(true);
  return {
    ...result,
    inTheWay: inTheWay.map(({ message }) => message),
    said: result.notices.map(({ message }) => message),
  };
}

/** A file of tiny tensors beside those of the tiny model. */
function withTensors(names: readonly string[], as = 'm/model.safetensors'): SourceFile {
  return dropped(as, namedTensors(new Uint8Array(readFileSync(join(tiny, 'model.safetensors'))), names));
}

describe('adapters', () => {
  test('of PEFT in the base weights, whose scale no file says, are refused by name', async () => {
    for (const name of ['old', 'unmerged']) {
      const files = [loraBase()[0], at(wild, `lora/${name}.bin`, 'base/pytorch_model.bin')];
      const { inTheWay, missing, source } = await recognise(files);
      expect(inTheWay[0]).toMatch(
        /^`pytorch_model.bin` holds `base_model\.model\..*\.lora_\w+\.default.*`: a LoRA adapter/,
      );
      expect(missing[0].next).toContain('adapter_config.json');
      expect(source).toBeNull();
    }
  });

  test('of loralib are refused, beside a config of PEFT too', async () => {
    const files = [loraBase()[0], at(wild, 'lora/loralib.bin', 'base/pytorch_model.bin')];
    expect((await recognise(files)).inTheWay[0]).toContain('query.lora_A`: a LoRA adapter that is not merged');
    const beside = [...files, at(wild, 'lora/adapter_config.json', 'base/adapter_config.json')];
    expect((await recognise(beside)).inTheWay[0]).toContain('as loralib saves it, and no file says its scale');
  });

  test('alone say of which base model they are, and what to do', async () => {
    const { inTheWay, missing } = await recognise([...adapter(), tokenizer('adapter/tokenizer.json')]);
    expect(inTheWay).toEqual(['`adapter_model.safetensors` is a LoRA adapter of `tiny-bert`, not a model of its own.']);
    expect(missing[0].next).toMatch(/^Drop the folder of tiny-bert too .*merge_and_unload/);
  });

  test('beside the base model are merged, said so, and decide the numbers', async () => {
    const { card, inTheWay, said, source } = await recognise([...loraBase(), ...adapter()]);
    expect(inTheWay).toEqual([]);
    expect(said).toEqual([
      'The LoRA adapter in `adapter_model.safetensors`, trained on `tiny-bert`, is merged into the weights.',
    ]);
    expect([card?.name, card?.adapter]).toEqual(['base+adapter', 'adapter/adapter_model.safetensors']);
    expect(source?.weightFiles.map(({ path }) => path)).toEqual([
      'base/model.safetensors',
      'adapter/adapter_config.json',
      'adapter/adapter_model.safetensors',
    ]);
  });

  test('a config that was left over after merging decides nothing', async () => {
    const left = dropped('base/adapter_config.json', JSON.stringify({ peft_type: 'IA3' }));
    const { inTheWay, said, source } = await recognise([...loraBase(), left]);
    expect([inTheWay, said]).toEqual([[], []]);
    expect(source?.weightFiles.map(({ path }) => path)).toEqual(['base/model.safetensors']);
  });

  test('beside an ONNX export are not passed over', async () => {
    const bytes = new Uint8Array(readFileSync(join(wild, '../exports/bert-hidden/model.onnx')));
    const { inTheWay } = await recognise([config(), dropped('m/model.onnx', bytes), tokenizer(), ...adapter()]);
    expect(inTheWay).toEqual([
      '`adapter_model.safetensors` is an adapter, and `model.onnx` is an ONNX export, which no adapter can be merged into.',
    ]);
  });

  test('of loralib in a file of its own beside the base model is said to be passed over', async () => {
    const lora = dropped(
      'base/lora.pt',
      namedTensors(new TextEncoder().encode('\x02\0\0\0\0\0\0\0{}'), [
        'bert.encoder.layer.0.attention.self.query.lora_A',
      ]),
    );
    const { said } = await recognise([...loraBase(), lora]);
    expect(said).toContain(
      '`lora.pt` holds a LoRA adapter that is not merged: `model.safetensors` is used without it.',
    );
  });

  test('two of them are not guessed between', async () => {
    const { inTheWay } = await recognise([...loraBase(), ...adapter(), ...adapter('plain')]);
    expect(inTheWay).toEqual(['Several adapters were dropped: `adapter`, `plain`.']);
  });

  test('two in one file are not guessed between', async () => {
    const files = [
      loraBase()[0],
      at(wild, 'lora/two.bin', 'base/pytorch_model.bin'),
      at(wild, 'lora/adapter_config.json', 'base/adapter_config.json'),
    ];
    expect((await recognise(files)).inTheWay).toEqual([
      'Several adapters lie beside one another: `default`, `second`.',
    ]);
  });

  test('of another model are refused', async () => {
    const { inTheWay } = await recognise([config(), weights(), ...adapter()]);
    expect(inTheWay[0]).toMatch(/^The adapter does not fit `embeddings\.word_embeddings\.weight`/);
  });

  test.each([
    [{ peft_type: 'IA3' }, 'the kind "IA3", and Winnow merges LoRA'],
    [{ peft_type: 'PREFIX_TUNING' }, 'the kind "PREFIX_TUNING"'],
    [{ peft_type: 'LORA', r: 4, lora_alpha: 8, use_dora: true }, 'a DoRA adapter'],
    [{ peft_type: 'LORA', r: 4 }, 'says no rank and alpha'],
    [{ peft_type: 'LORA', r: 8, lora_alpha: 8 }, 'has rank 4, and `adapter_config.json` says 8'],
    [{ peft_type: 'LORA', r: 4, lora_alpha: 8, init_lora_weights: 'pissa' }, 'began as "pissa"'],
    [{ config: { original_ln_before: true }, model_class: 'BertAdapterModel' }, 'cannot be merged into the weights'],
  ])('%o is refused by name', async (settings, words) => {
    const files = [...loraBase(), adapter()[1], dropped('adapter/adapter_config.json', JSON.stringify(settings))];
    expect((await recognise(files)).inTheWay[0]).toContain(words);
  });
});

describe('several encoders in one file', () => {
  const files = (name: string) => [
    at(wild, 'encoders/config.json', 'm/config.json'),
    at(wild, `encoders/${name}.pt`, `m/${name}.pt`),
  ];

  test.each([
    ['dpr', 'ctx_model', 'question_model'],
    ['distilled', 'student', 'teacher'],
  ])('%s: both are named, one is used, the other can be chosen', async (name, used, other) => {
    const { card, said, weights } = await recognise(files(name));
    expect(said).toEqual([`\`${name}.pt\` holds several encoders: \`${used}\` is used, \`${other}\` is not.`]);
    expect([card?.encoder, weights.encoders]).toEqual([used, [used, other]]);
    const chosen = await recognise(files(name), { encoder: other });
    expect(chosen.card?.encoder).toBe(other);
    expect(chosen.source?.encoder).toBe(other);
    expect(chosen.card?.name).toBe(`m (${other})`);
  });

  test('one that is not there is refused with a list', async () => {
    const { inTheWay, missing } = await recognise(files('dpr'), { encoder: 'passage' });
    expect(inTheWay).toEqual(['`dpr.pt` holds no encoder `passage`.']);
    expect(missing[0].next).toBe('Choose from `ctx_model`, `question_model`.');
  });
});

describe('what else lies in the encoder', () => {
  test.each([
    ['bert.encoder.layer.0.attention.output.adapters.task.adapter_down.0.weight', 'an adapter of its own layers'],
    ['bert.encoder.layer.0.attention.self.query.loras.task.lora_A', 'a LoRA adapter'],
    ['bert.encoder.layer.0.attention.self.key.ia3_l.default', 'an IA³ adapter'],
    ['bert.encoder.layer.0.attention.self.query.weight_mask', 'weights that are made of two'],
    ['bert.encoder.layer.0.attention.self.distance_embedding.weight', 'no such tensor'],
    ['bert.encoder.layer.1.gate.bias', 'no such tensor'],
    ['prefix_encoder.embedding.weight', 'learned prompts'],
  ])('%s is refused by name', async (name, words) => {
    const { inTheWay } = await recognise([config(), withTensors([name]), tokenizer()]);
    expect(inTheWay).toHaveLength(1);
    expect(inTheWay[0]).toContain(`\`${name}\``);
    expect(inTheWay[0]).toContain(words);
  });

  test.each([
    ['bert.gate.weight', 'beside the encoder that no hidden state comes from: `bert.gate.weight`'],
    ['bert.encoder.layer.3.output.dense.bias', 'more layers than config.json counts'],
    ['projection_to_space.weight', '`projection_to_space.weight`'],
  ])('%s is a note', async (name, words) => {
    const { inTheWay, said } = await recognise([config(), withTensors([name]), tokenizer()]);
    expect(inTheWay).toEqual([]);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(words);
  });

  test.each(['bert.embeddings.position_ids', 'bert.pooler.dense.extra', 'cls.predictions.bias', 'dropout.p'])(
    '%s goes without saying',
    async (name) => {
      const { inTheWay, said } = await recognise([config(), withTensors([name]), tokenizer()]);
      expect([inTheWay, said]).toEqual([[], []]);
    },
  );
});

describe('folders', () => {
  const whole = (folder: string) => [
    config(`${folder}/config.json`),
    weights(`${folder}/model.safetensors`),
    tokenizer(`${folder}/tokenizer.json`),
  ];
  const state = (folder: string, best: string | null) =>
    dropped(`${folder}/trainer_state.json`, JSON.stringify({ best_model_checkpoint: best }));

  test('accelerate: the model on top, its states as choices', async () => {
    const states = ['epoch_0', 'epoch_1'].flatMap((name) => [
      weights(`m/${name}/model.safetensors`),
      ...['optimizer.bin', 'scheduler.bin', 'sampler.bin', 'sampler_1.bin', 'random_states_0.pkl'].map((file) =>
        dropped(`m/${name}/${file}`, 'x'),
      ),
    ]);
    const files = [...whole('m'), ...states];
    const { card, weights: choice, said, inTheWay } = await recognise(files);
    expect(inTheWay).toEqual([]);
    expect(card?.weightFiles).toEqual(['m/model.safetensors']);
    expect(choice.choices).toEqual([
      'm/model.safetensors',
      'm/epoch_0/model.safetensors',
      'm/epoch_1/model.safetensors',
    ]);
    expect(said).toEqual(['The model in `m` is used; the checkpoints beside it are not: `m/epoch_0`, `m/epoch_1`.']);
    const chosen = await recognise(files, { weights: 'm/epoch_1/model.safetensors' });
    expect(chosen.inTheWay).toEqual([]);
    expect(chosen.card?.weightFiles).toEqual(['m/epoch_1/model.safetensors']);
    expect(chosen.source?.configFile.path).toBe('m/config.json');
  });

  test('checkpoints alone: the last by number, or the best by trainer_state.json', async () => {
    const names = ['out/checkpoint-500', 'out/checkpoint-1000', 'out/checkpoint-1500'];
    const files = names.flatMap(whole);
    expect((await recognise(files)).card?.weightFiles).toEqual(['out/checkpoint-1500/model.safetensors']);
    const best = await recognise([...files, state('out/checkpoint-1500', '/home/me/out/checkpoint-500')]);
    expect(best.card?.weightFiles).toEqual(['out/checkpoint-500/model.safetensors']);
    expect(best.said[0]).toMatch(/^Of several checkpoints, `out\/checkpoint-500` is used \(the best by trainer_state/);
  });

  test('sentence-transformers: the encoder, not the Dense layer behind it', async () => {
    const files = [
      ...whole('st'),
      dropped('st/modules.json', '[]'),
      dropped('st/1_Pooling/config.json', '{"pooling_mode_mean_tokens": true}'),
      dropped('st/2_Dense/config.json', '{"in_features": 32}'),
      weights('st/2_Dense/model.safetensors'),
      dropped('st/2_Dense/pytorch_model.bin', 'x'),
    ];
    const { card, said, source, inTheWay } = await recognise(files);
    expect([inTheWay, card?.weightFiles, card?.pooling, source?.configFile.path]).toEqual([
      [],
      ['st/model.safetensors'],
      'mean',
      'st/config.json',
    ]);
    expect(source?.pooling).toBe('mean');
    expect(said).toEqual([
      "`2_Dense` of sentence-transformers comes behind the encoder and is not computed: what is looked at are the encoder's hidden states.",
    ]);
  });

  test('the cache of the hub: the snapshot that main points to, under the model’s name', async () => {
    const cache = 'models--org--tiny';
    const files = [
      ...whole(`${cache}/snapshots/aaa`),
      ...whole(`${cache}/snapshots/bbb`),
      dropped(`${cache}/refs/main`, 'bbb'),
      dropped(`${cache}/blobs/123`, 'a text that is no data\tof anybody\n'),
    ];
    const { card, ignored } = await recognise(files);
    expect([card?.name, card?.weightFiles]).toEqual(['tiny', [`${cache}/snapshots/bbb/model.safetensors`]]);
    expect(ignored.map(({ path }) => path)).toContain(`${cache}/blobs/123`);
  });

  test('a repository of the hub with exports of every kind: the safetensors at its top', async () => {
    const beside = ['pytorch_model.bin', 'tf_model.h5', 'rust_model.ot', 'onnx/model.onnx', 'onnx/model_O4.onnx'];
    const others = [...beside, 'openvino/openvino_model.bin', 'openvino/openvino_model.xml'];
    const {
      card,
      inTheWay,
      weights: choice,
      said,
    } = await recognise([...whole('m'), ...others.map((name) => dropped(`m/${name}`, 'x'))]);
    expect([inTheWay, card?.weightFiles]).toEqual([[], ['m/model.safetensors']]);
    expect(choice.choices).not.toContain('m/openvino/openvino_model.bin');
    expect(said).toHaveLength(1);
  });

  test('a checkpoint that FSDP sharded names the command that merges it', async () => {
    const shards = ['__0_0.distcp', '__1_0.distcp'].map((name) => dropped(`m/pytorch_model_fsdp_0/${name}`, 'x'));
    const { inTheWay, missing } = await recognise([config(), tokenizer(), ...shards]);
    expect(inTheWay).toHaveLength(1);
    expect(missing[0].next).toContain('accelerate merge-weights');
  });

  test('a stray safetensors file does not outrank pytorch_model.bin', async () => {
    const checkpoint = at(join(tiny, '../bert-bin'), 'pytorch_model.bin', 'm/pytorch_model.bin');
    const { card } = await recognise([config(), checkpoint, weights('m/a.safetensors')]);
    expect(card?.weightFiles).toEqual(['m/pytorch_model.bin']);
  });
});

describe('tokenizers', () => {
  const settings = (content: object) => dropped('m/tokenizer_config.json', JSON.stringify(content));

  test('settings that overrule tokenizer.json are used, hashed and said', async () => {
    const files = [config(), weights(), tokenizer(), settings({ do_lower_case: false })];
    const { said, source } = await recognise(files);
    expect(said).toEqual([
      '`tokenizer.json` and the settings beside it disagree about case, accents or spaces; the settings count, as in transformers.',
    ]);
    expect(source?.tokenizerFiles.map(({ path }) => path)).toContain('m/tokenizer_config.json');
    const agreeing = await recognise([config(), weights(), tokenizer(), settings({ do_lower_case: true })]);
    expect(agreeing.said).toEqual([]);
  });

  test('a model padded beyond its vocabulary is whole, and said to be', async () => {
    const fields = JSON.parse(readFileSync(join(tiny, 'config.json'), 'utf8')) as object;
    const padded = dropped('m/config.json', JSON.stringify({ ...fields, vocab_size: 4096 }));
    const file = dropped(
      'm/model.safetensors',
      paddedEmbeddings(new Uint8Array(readFileSync(join(tiny, 'model.safetensors'))), 4096),
    );
    const { inTheWay, said, source } = await recognise([padded, file, tokenizer()]);
    expect(inTheWay).toEqual([]);
    expect(said).toEqual([
      '`tokenizer.json` has a vocabulary of 2000 tokens, but the model has 4096: the rest is taken for padding.',
    ]);
    expect(source?.tokenizer).not.toBeNull();
  });
});

describe('configs and weights of other kinds', () => {
  const bare = (changes: object) => {
    const fields = JSON.parse(readFileSync(join(tiny, 'config.json'), 'utf8')) as Record<string, unknown>;
    return dropped('m/config.json', JSON.stringify({ ...fields, model_type: undefined, ...changes }));
  };

  test('the type is told from the class', async () => {
    const { card, said, inTheWay } = await recognise([bare({}), weights(), tokenizer()]);
    expect([inTheWay, card?.architecture]).toEqual([[], 'bert']);
    expect(said[0]).toContain('`BertForSequenceClassification` in its architectures tells that it is bert');
  });

  test('or from the names of the tensors', async () => {
    const { card, said } = await recognise([bare({ architectures: ['MyEncoder'] }), weights(), tokenizer()]);
    expect(card?.architecture).toBe('bert');
    expect(said[0]).toContain('by the names of its tensors, tells that it is bert');
  });

  test('a config of another architecture than the tensors say is refused, as transformers would load none of them', async () => {
    const { inTheWay } = await recognise([bare({ model_type: 'roberta', pad_token_id: 1 }), weights(), tokenizer()]);
    expect(inTheWay).toEqual([
      '`model.safetensors` holds tensors of `bert`, but config.json says that the model is of type `roberta`.',
    ]);
  });

  test('a checkpoint of Google names the command that converts it, and no file that is missing', async () => {
    const names = readdirSync(join(wild, 'google-checkpoint'));
    const files = names.map((name) => at(join(wild, 'google-checkpoint'), name, `m/${name}`));
    const { inTheWay, missing } = await recognise([...files, tokenizer()]);
    expect(inTheWay).toHaveLength(1);
    expect(inTheWay[0]).toContain('a TensorFlow checkpoint as Google published them');
    expect(missing[0].next).toContain('--tf_checkpoint_path bert_model.ckpt --bert_config_file bert_config.json');
  });

  test.each([
    [
      ['model.ckpt-9.index', 'model.ckpt-10.index', 'model.ckpt-10.data-00000-of-00001'],
      'model.ckpt-10',
      '_path model.ckpt-10 ',
    ],
    [['ckpt-1.index', 'ckpt-1.data-00000-of-00001'], 'ckpt-1', 'tf_model.h5'],
    [['model.keras'], 'model.keras', 'tf_model.h5'],
    [['model_state.pdparams'], 'model_state.pdparams', 'save_pretrained'],
  ])('%o are named, and nothing is called missing', async (names, named, next) => {
    const { inTheWay, missing } = await recognise([
      config(),
      tokenizer(),
      ...names.map((name) => dropped(`m/${name}`, 'x')),
    ]);
    expect(inTheWay).toHaveLength(1);
    expect(inTheWay[0]).toContain(`The weights are in \`${named}`);
    expect(missing[0].next).toContain(next);
  });

  test('what that command writes is read with Google’s own config', async () => {
    const checkpoint = at(join(tiny, '../bert-bin'), 'pytorch_model.bin', 'm/pytorch_model.bin');
    const google = bare({ architectures: undefined });
    const { card, inTheWay } = await recognise([{ ...google, path: 'm/bert_config.json' }, checkpoint, tokenizer()]);
    expect([inTheWay, card?.architecture]).toEqual([[], 'bert']);
  });
});
