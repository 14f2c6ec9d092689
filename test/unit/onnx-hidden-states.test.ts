/** Which values of an export are its hidden states; what cannot be told surely is refused with a sentence. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readOnnx } from '../../src/format/onnx.ts';
import { findHiddenStates } from '../../src/model/onnx/hidden-states.ts';
import { recogniseModel, type SourceFile } from '../../src/model/recognise.ts';
import { errorOf } from '../fixtures/errors.ts';
import { dropped, fileOf } from '../fixtures/files.ts';
import { madeModel, type MadeModel } from '../fixtures/onnx.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const depth = { layers: 3, hidden: 32 };

function bytes(...path: string[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(fixtures, ...path)));
}

async function states(name: string) {
  const file = fileOf('model.onnx', bytes('exports', name, 'model.onnx'));
  return findHiddenStates(await readOnnx(file), depth);
}

describe('of real exports', () => {
  test('named outputs', async () => {
    const names = [0, 1, 2, 3].map((layer) => `hidden_states.${layer}`);
    expect(await states('bert-hidden')).toEqual({ names, from: 'outputs', timeMajor: false, normalised: null });
  });

  test('normalisations taken apart, with names that say which they are', async () => {
    const { names, from, timeMajor } = await states('bert-decomposed');
    expect([from, timeMajor]).toEqual(['layer normalisations', false]);
    expect(names.map((name) => name.replace('/model/bert/', '').replace('/LayerNorm/Add_1_output_0', ''))).toEqual([
      'embeddings',
      ...[0, 1, 2].map((layer) => `encoder/layer.${layer}/output`),
    ]);
  });

  test('single operators, without such names', async () => {
    const names = ['layer_norm', 'layer_norm_2', 'layer_norm_4', 'layer_norm_6'];
    expect((await states('roberta-external')).names).toEqual(names);
  });

  test('embeddings that are not normalised, tokens before rows', async () => {
    const { names, timeMajor } = await states('xlnet-decomposed');
    expect([names[0], timeMajor]).toEqual(['/model/word_embedding/Gather_output_0', true]);
  });

  test.each([2, 4])('not with %i layers in the config', async (layers) => {
    const model = await readOnnx(fileOf('model.onnx', bytes('exports', 'bert-decomposed', 'model.onnx')));
    expect(() => findHiddenStates(model, { layers, hidden: 32 })).toThrow(
      `neither all among its outputs nor surely found inside: the longest chain of its layer normalisations has 7 where ${layers} layers of config.json need one of ${2 * layers} or ${2 * layers + 1}.`,
    );
  });

  test('not with another width in the config', async () => {
    const model = await readOnnx(fileOf('model.onnx', bytes('exports', 'bert-decomposed', 'model.onnx')));
    expect(() => findHiddenStates(model, { layers: 3, hidden: 64 })).toThrow(
      'a layer normalisation has 32 numbers where config.json has hidden_size 64',
    );
  });
});

describe('of graphs made by hand', () => {
  type Node = MadeModel['nodes'][number];
  const scale = { name: 'scale', shape: [8], data: new Uint8Array(32) };
  const input = { name: 'input_ids', shape: [0, 0] };
  /** One half of a block: what it takes in, plus what it computes from that, normalised. */
  const half = (from: string, to: string): Node[] => [
    ['Relu', [from], [`${to}.inner`]],
    ['Add', [`${to}.inner`, from], [`${to}.sum`]],
    ['LayerNormalization', [`${to}.sum`, 'scale'], [to]],
  ];
  const find = async (nodes: readonly Node[], outputs: MadeModel['outputs'] = []) => {
    const model = await readOnnx(fileOf('m.onnx', madeModel({ nodes, inputs: [input], outputs, tensors: [scale] })));
    return findHiddenStates(model, { layers: 1, hidden: 8 });
  };
  const block: Node[] = [['Gather', ['table', 'input_ids'], ['e']], ...half('e', 'a'), ...half('a', 'b')];

  test('a block over embeddings that are not normalised', async () => {
    expect((await find(block)).names).toEqual(['e', 'b']);
  });

  test('casts and renamings in between', async () => {
    const nodes: Node[] = [
      ['LayerNormalization', ['x', 'scale'], ['n']],
      ['Cast', ['n'], ['n16']],
      ['Identity', ['n16'], ['e']],
      ...block.slice(1),
    ];
    expect((await find(nodes)).names).toEqual(['n', 'b']);
  });

  test('two encoders side by side are refused', async () => {
    const other = [...half('f', 'c'), ...half('c', 'd')];
    const error = await errorOf(find([...block, ...other]));
    expect(error.message).toContain('2 chains of layer normalisations fit where 1 layers');
    expect(error.next).toContain('output_hidden_states=True');
  });

  test('normalisation before the addition is refused', async () => {
    const nodes: Node[] = [
      ['LayerNormalization', ['e', 'scale'], ['n']],
      ['Relu', ['n'], ['f']],
      ['Add', ['e', 'f'], ['g']],
      ['LayerNormalization', ['g', 'scale'], ['h']],
    ];
    expect((await errorOf(find(nodes))).message).toContain('has 1 where 1 layers of config.json need one of 2 or 3');
  });

  test('a sum of which neither part is computed from the other is refused', async () => {
    const nodes: Node[] = [
      ['Add', ['word', 'type'], ['sum']],
      ['LayerNormalization', ['sum', 'scale'], ['a']],
      ...half('a', 'b'),
    ];
    expect((await errorOf(find(nodes))).message).toContain('what the first layer takes in is not clear');
  });

  test.each([
    ['one missing', ['hidden_states.1']],
    ['one too many', ['hidden_states.0', 'hidden_states.1', 'hidden_states.2']],
    ['twice the same number', ['encoder.hidden_states.0', 'hidden_states.0', 'hidden_states.1']],
  ])('named outputs with %s are not believed', async (_, names) => {
    const outputs = names.map((name) => ({ name, shape: [0, 0, 8] }));
    expect((await find(block, outputs)).from).toBe('layer normalisations');
  });

  test.each(['hidden_states.%', 'hidden_states_%', 'encoder_hidden_state_%'])('outputs named as %s', async (name) => {
    const outputs = ['0', '1'].map((number) => ({ name: name.replace('%', number), shape: [0, 0, 8] }));
    expect((await find(block, outputs)).from).toBe('outputs');
  });
});

describe('recognising', () => {
  function folder(changes: Record<string, string | Uint8Array<ArrayBuffer> | null> = {}): SourceFile[] {
    const files = new Map<string, string | Uint8Array<ArrayBuffer> | null>([
      ['onnx/model.onnx', bytes('exports', 'bert-decomposed', 'model.onnx')],
      ['config.json', bytes('models', 'bert', 'config.json')],
      ['tokenizer.json', bytes('models', 'bert', 'tokenizer.json')],
      ...Object.entries(changes),
    ]);
    return [...files].flatMap(([path, content]) => (content === null ? [] : [dropped(`m/${path}`, content)]));
  }

  const config = (changes: object) =>
    JSON.stringify({
      ...(JSON.parse(new TextDecoder().decode(bytes('models', 'bert', 'config.json'))) as object),
      ...changes,
    });
  const missing = async (files: SourceFile[]) => (await recogniseModel(files)).missing.map(({ message }) => message);

  test('an export in a folder of its own beside the config', async () => {
    const { card, source, missing, notices } = await recogniseModel(folder());
    expect([missing, notices]).toEqual([[], []]);
    expect(source?.kind).toBe('export');
    expect(card).toMatchObject({
      name: 'm',
      architecture: 'bert',
      layers: 3,
      hidden: 32,
      maxLength: 64,
      weightFormat: 'ONNX export, F32',
      hiddenStates: 'layer normalisations',
      weightFiles: ['m/onnx/model.onnx'],
      head: 'logits',
    });
  });

  test('BERT with a causal mask: the last token stands for a sentence, and that is said', async () => {
    const causal = folder({ 'config.json': config({ is_decoder: true }) });
    const { card, source, missing, notices } = await recogniseModel(causal);
    expect([missing, card?.pooling, source?.tokenizer?.classification]).toEqual([[], 'last', 'last']);
    expect(notices.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^`config\.json` says that it is a decoder .* the last token stands for a sentence/),
    ]);
    expect((await recogniseModel(folder())).card?.pooling).toBe('first');
  });

  test.each(['modernbert', 'gpt2'])(
    '%s, which normalises before each half: sums, and the last one normalised',
    async (name) => {
      const files = ['config.json', 'tokenizer.json'].map((file) => dropped(`m/${file}`, bytes('models', name, file)));
      const graph = dropped('m/onnx/model.onnx', bytes('exports', `${name}-decomposed`, 'model.onnx'));
      const { card, source, missing, notices } = await recogniseModel([...files, graph]);
      expect([missing, notices]).toEqual([[], []]);
      expect(card).toMatchObject({
        ...{ layers: 4, hidden: 32, hiddenStates: 'layer normalisations', lastLayer: 'normalised' },
        pooling: name === 'gpt2' ? 'last' : 'first',
      });
      expect(source?.kind === 'export' && new Set(source.model.states.names).size).toBe(5);
      const fewer = { ...(JSON.parse(new TextDecoder().decode(bytes('models', name, 'config.json'))) as object) };
      const layers = name === 'gpt2' ? { n_layer: 3 } : { num_hidden_layers: 3 };
      const wrong = dropped('m/config.json', JSON.stringify({ ...fewer, ...layers }));
      expect((await recogniseModel([wrong, files[1], graph])).missing[0].message).toMatch(
        /neither all among its outputs nor surely found inside/,
      );
    },
  );

  test('an architecture that Winnow writes no graph for', async () => {
    const { card } = await recogniseModel(folder({ 'config.json': config({ model_type: 'ernie' }) }));
    expect(card?.architecture).toBe('ernie');
  });

  test('safetensors come first', async () => {
    const files = folder({ 'model.safetensors': bytes('models', 'bert', 'model.safetensors') });
    const { source, ignored } = await recogniseModel(files);
    expect(source?.kind).toBe('written');
    expect(ignored.map(({ path }) => path)).toContain('m/onnx/model.onnx');
  });

  test('of several exports the most exact is used, and that is said', async () => {
    const { card, notices } = await recogniseModel(folder({ 'onnx/model_quantized.onnx': 'x', 'onnx/a.onnx': 'x' }));
    expect(card?.weightFiles).toEqual(['m/onnx/model.onnx']);
    expect(notices.map(({ message }) => message)).toEqual([
      'Of several weight files, `model.onnx` is used; `a.onnx`, `model_quantized.onnx` are not.',
    ]);
  });

  test('of other names the least coarse', async () => {
    const { weights } = await recogniseModel(
      ['model_q4', 'model_int8', 'decoder_model', 'a_fp16', 'z', 'model_O4'].map((name) =>
        dropped(`m/onnx/${name}.onnx`, 'x'),
      ),
    );
    expect(weights).toMatchObject({
      choices: expect.arrayContaining(['m/onnx/z.onnx']) as string[],
      used: 'm/onnx/z.onnx',
    });
    const lesser = await recogniseModel(
      ['model_q4', 'model_O4', 'encoder_model'].map((name) => dropped(`${name}.onnx`, 'x')),
    );
    expect(lesser.weights.used).toBe('model_O4.onnx');
  });

  test('the one that the user chose, among safetensors and exports', async () => {
    const files = folder({
      'model.safetensors': bytes('models', 'bert', 'model.safetensors'),
      'onnx/model_fp16.onnx': bytes('exports', 'bert-hidden', 'model.onnx'),
    });
    const first = await recogniseModel(files);
    expect(first.weights).toEqual({
      choices: ['m/model.safetensors', 'm/onnx/model.onnx', 'm/onnx/model_fp16.onnx'],
      used: 'm/model.safetensors',
      encoders: [],
    });
    const chosen = await recogniseModel(files, { weights: 'm/onnx/model_fp16.onnx' });
    expect([chosen.missing, chosen.notices]).toEqual([[], []]);
    expect(chosen.weights).toEqual({ ...first.weights, used: 'm/onnx/model_fp16.onnx' });
    expect(chosen.card).toMatchObject({ weightFiles: ['m/onnx/model_fp16.onnx'], hiddenStates: 'outputs' });
    expect(chosen.ignored.map(({ path }) => path)).toEqual(['m/model.safetensors', 'm/onnx/model.onnx']);
    expect((await recogniseModel(files, { weights: 'm/gone.onnx' })).weights).toEqual(first.weights);
    const wrong = await recogniseModel(files, { weights: 'm/config.json' });
    expect(wrong.missing.map(({ message }) => message)).toEqual(["`config.json` is none of the model's weight files."]);
  });

  test('rounding that depends on the batch is said', async () => {
    const hidden = [0, 1, 2, 3].map((layer) => ({ name: `hidden_states.${layer}`, shape: [0, 0, 32] }));
    const recognise = async (op: string) => {
      const made = madeModel({ nodes: [[op, ['a'], ['b']]], inputs: ids, outputs: hidden });
      return (await recogniseModel(folder({ 'onnx/model.onnx': made }))).notices.map(({ message }) => message);
    };
    expect(await recognise('DynamicQuantizeLinear')).toEqual([
      expect.stringMatching(/^`model\.onnx` rounds to 8 bits, on a scale that texts which run together share/),
    ]);
    expect(await recognise('Relu')).toEqual([]);
  });

  const ids = [{ name: 'input_ids' }, { name: 'token_type_ids' }];

  test('the export before weights of an architecture that Winnow writes no graph for', async () => {
    const files = folder({
      'config.json': config({ model_type: 'ernie' }),
      'model.safetensors': bytes('models', 'bert', 'model.safetensors'),
    });
    const { card, missing, notices } = await recogniseModel(files);
    expect([card?.architecture, missing]).toEqual(['ernie', []]);
    expect(notices[0].message).toContain('`model.onnx` is used; `model.safetensors` is not');
  });

  const external = { 'onnx/model.onnx': bytes('exports', 'roberta-external', 'model.onnx') };

  test('weights beside the graph', async () => {
    const data = bytes('exports', 'roberta-external', 'model.onnx.data');
    const { card, notices } = await recogniseModel(folder({ ...external, 'onnx/model.onnx.data': data }));
    expect(card?.weightFiles).toEqual(['m/onnx/model.onnx', 'm/onnx/model.onnx.data']);
    expect(card?.weightFormat).toContain(', 2 files');
    expect(notices[0].message).toContain('does not tell the two texts of a pair apart');
  });

  test('weights beside the graph that were not dropped, or not whole', async () => {
    expect(await missing(folder(external))).toEqual([
      '`model.onnx.data` is missing: `model.onnx` keeps weights in it.',
    ]);
    const [cut] = await missing(folder({ ...external, 'onnx/model.onnx.data': new Uint8Array(5000) }));
    expect(cut).toMatch(/^Tensor `.*` lies at bytes \d+ to \d+ of `model.onnx.data`, but the file has 5000 bytes\.$/);
  });

  const made = (changes: Partial<MadeModel>) =>
    folder({ 'onnx/model.onnx': madeModel({ nodes: [['Add', ['a', 'b'], ['c']]], ...changes }) });
  const rowsOfIds = { name: 'input_ids', shape: [0, 0] };

  test.each([
    ['another input', made({ inputs: [rowsOfIds, { name: 'pixels' }] }), 'asks for the input `pixels`'],
    [
      'a decoder with a cache',
      made({ inputs: [rowsOfIds, { name: 'past_key_values.0.key' }] }),
      'made for writing texts word by word',
    ],
    ['both', folder({ 'config.json': config({ is_encoder_decoder: true }) }), 'describes an encoder with a decoder'],
    ['no ids', made({}), 'has no input `input_ids`'],
    ['a fixed length', made({ inputs: [{ name: 'input_ids', shape: [0, 128] }] }), 'in the size any × 128'],
    ['old operators', made({ inputs: [rowsOfIds], opset: 9 }), 'in version 9 of ONNX'],
    ['no config', folder({ 'config.json': null }), '`config.json` is missing'],
    ['a config without sizes', folder({ 'config.json': '{"vocab_size": 9}' }), 'has no num_hidden_layers'],
    ['a config of nonsense', folder({ 'config.json': config({ pad_token_id: -1 }) }), 'has pad_token_id -1'],
    [
      'no positions',
      folder({ 'config.json': config({ model_type: 'roberta', max_position_embeddings: 1 }) }),
      'leaves no',
    ],
  ])('%s', async (_, files, words) => {
    expect((await missing(files)).join()).toContain(words);
  });
});

test('the fixtures are all read', () => {
  expect(readdirSync(join(fixtures, 'exports'))).toHaveLength(11);
});
