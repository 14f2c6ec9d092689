/**
 * Writes into a folder, for `check_reduced.py` to look at: the tokenizer files of every kind of tokenizer in test/fixtures,
 * and the folder of a reduced model of every tiny model, its neurons in one layer, for sentences and for words. The graphs are blank:
 * their own check runs them.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SourceFile } from '../../src/base/source-file.ts';
import { tasks, withLabels } from '../../src/data/tasks.ts';
import { modelTypes, writtenTypes } from '../../src/model/architectures/list.ts';
import { recogniseModel } from '../../src/model/recognise.ts';
import { reducedFolder } from '../../src/reduced/folder.ts';
import { findTokenizerFiles } from '../../src/tokenizer/files.ts';
import { tokenizerFolder } from '../../src/tokenizer/folder.ts';
import { openTokenizer } from '../../src/tokenizer/open.ts';

const fixtures = join(import.meta.dirname, '../../test/fixtures');
const out = process.argv[2];

function filesIn(folder: string): SourceFile[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('golden'))
    .map((name) => ({ path: `m/${name}`, file: new File([readFileSync(join(folder, name))], name) }));
}

async function save(folder: string, files: Iterable<readonly [string, Blob | string]>): Promise<void> {
  for (const [path, content] of files) {
    const place = join(out, folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, typeof content === 'string' ? content : new Uint8Array(await content.arrayBuffer()));
  }
}

const { tokenizers } = JSON.parse(readFileSync(join(fixtures, 'tokenizers/golden.json'), 'utf8')) as {
  tokenizers: Record<string, unknown>;
};
for (const name of Object.keys(tokenizers)) {
  const files = filesIn(join(fixtures, 'tokenizers', name));
  const config = files.find(({ path }) => path === 'm/config.json');
  const type = config ? (JSON.parse(await config.file.text()) as { model_type: string }).model_type : null;
  const found = findTokenizerFiles(files, 'm');
  if (!found) throw new Error(`${name} holds no tokenizer`);
  const stem = writtenTypes.get(type ?? '')?.heads.stem;
  const options = { maxLength: 512, className: stem === undefined ? null : `${stem}Tokenizer` };
  await save(`tokenizers/${name}`, await tokenizerFolder(found, { type, conventions: modelTypes }, options));
  if (type !== null) await save(`tokenizers/${name}`, [['config.json', JSON.stringify({ model_type: type })]]);
}

function modelFiles(name: string): SourceFile[] {
  const whole = join(fixtures, 'models', name);
  if (existsSync(whole)) return filesIn(whole);
  const own = (ending: string, as: string) => {
    const bytes = readFileSync(join(fixtures, 'architectures', `${name}.${ending}`));
    return { path: `m/${as}`, file: new File([bytes], as) };
  };
  // Of no use but to be there: their rows are given as ids.
  const tokenizer = filesIn(join(fixtures, 'tokenizers/word-piece-words'));
  return [own('config.json', 'config.json'), own('safetensors', 'model.safetensors'), ...tokenizer];
}

const names = [
  ...readdirSync(join(fixtures, 'models')).filter((name) => existsSync(join(fixtures, 'models', name, 'golden.json'))),
  ...readdirSync(join(fixtures, 'architectures'))
    .filter((name) => name.endsWith('.config.json'))
    .map((name) => name.replace('.config.json', '')),
];
const labels = ['first', 'second', '</third>'];
for (const name of names) {
  const { source, missing } = await recogniseModel(modelFiles(name));
  if (source?.kind !== 'written') throw new Error(`${name}: ${missing.map(({ message }) => message).join(' ')}`);
  const { config } = source;
  const { pooling = 'first' } = writtenTypes.get(config.architecture) ?? {};
  const anyTokenizer = await openTokenizer(
    findTokenizerFiles(filesIn(join(fixtures, 'tokenizers/word-piece-words')), 'm') ?? raise(name),
    { type: null, conventions: modelTypes },
  );
  const tokenizer = source.tokenizer ?? { ...anyTokenizer, classification: pooling };
  const tokenizerFiles = source.tokenizer
    ? source.tokenizerFiles
    : filesIn(join(fixtures, 'tokenizers/word-piece-words'));
  for (const labelling of [false, true]) {
    for (let layer = 0; layer <= config.layers; layer += 1) {
      const count = 7;
      const head = {
        neurons: Int32Array.from(
          { length: count },
          (_, at) => layer * config.hidden + ((5 * at + layer) % config.hidden),
        ),
        weight: Float32Array.from({ length: 3 * count }, (_, at) => 3 * Math.sin(1.7 * at + layer)),
        bias: Float32Array.from({ length: 3 }, (_, at) => Math.cos(at + 1)),
      };
      const { files, describe } = await reducedFolder({
        ...{ name: `${name}-small`, created: '2026-11-29T00:00:00.000Z', sha256: '0', parameters: null, head },
        ...{ source: { ...source, tokenizer, tokenizerFiles }, pairs: false, maxLength: 64, claim: null },
        pooling: tokenizer.classification,
        task: withLabels(labelling ? tasks.labelling : tasks.classification, labels),
        aggregation: labelling ? 'last' : null,
        graphs: [{ path: 'onnx/model.onnx', blob: new Blob(['blank']) }],
      });
      const folder = `models/${name}.${labelling ? 'words' : 'sentences'}.${layer}`;
      await save(
        folder,
        [...files, ...describe(null)].map(({ path, blob }) => [path, blob] as const),
      );
      const facts = {
        name,
        neurons: [...head.neurons],
        weight: [...head.weight],
        bias: [...head.bias],
        labelling,
        layer,
      };
      await save(folder, [['head.json', JSON.stringify({ ...facts, type: config.architecture })]]);
    }
  }
}

function raise(name: string): never {
  throw new Error(`${name} has no tokenizer`);
}
