/** Adapters and several encoders in one file, from dropped files to hidden states: as PyTorch and PEFT compute them. */
import { expect, test } from 'vitest';
import { recogniseModel, type ModelChoice, type SourceFile } from '../../src/model/recognise.ts';
import { worst, everyToken, limit } from './hidden-states.ts';
import { asBatch, load, readHidden, useEncoders } from './model-fixtures.ts';

const urls = import.meta.glob<string>('../fixtures/wild/**/*', { query: '?url', import: 'default', eager: true });
const open = useEncoders();

function fixture(path: string, as = path): Promise<SourceFile> {
  return load(urls[`../fixtures/wild/${path}`], as.split('/').at(-1)).then((file) => ({ path: as, file }));
}

async function errorsOf(files: SourceFile[], choice: ModelChoice, golden: string, name: string): Promise<number> {
  const { source, missing } = await recogniseModel(files, choice);
  if (!source) throw new Error(missing.map(({ message }) => message).join(' '));
  const ids = JSON.parse(await (await fixture('rows.json')).file.text()) as number[][];
  const rows = ids.map((row) => ({ ids: row, type_ids: row.map(() => 0) }));
  const hidden = await readHidden((await fixture(golden)).file, rows.length, name);
  const encoder = await open(source, 'wasm', { perRow: 'many' });
  const batch = asBatch(rows, undefined, { pooled: everyToken });
  const error = await worst(encoder, { rows, hidden }, batch, [...rows.keys()]);
  await encoder.dispose();
  return error;
}

const base = () => [fixture('lora/base/config.json'), fixture('lora/base/model.safetensors')];
const adapter = (name: string) => [
  fixture(`lora/${name}/adapter_config.json`),
  fixture(`lora/${name}/adapter_model.safetensors`),
];
const beside = (name: string) => [
  fixture('lora/base/config.json', 'm/config.json'),
  fixture(`lora/${name}.bin`, 'm/pytorch_model.bin'),
  fixture('lora/adapter_config.json', 'm/adapter_config.json'),
];
const inOneFile = (name: string) => [
  fixture('encoders/config.json', 'm/config.json'),
  fixture(`encoders/${name}.pt`, `m/${name}.pt`),
];
const [lora, pair] = ['lora/golden.safetensors', 'encoders/golden.safetensors'];

test.each([
  ['a base model alone', base(), lora, 'base', {}],
  ['with an adapter of ranks and alphas by module', [...base(), ...adapter('adapter')], lora, 'adapter', {}],
  ['with an adapter scaled by the root of its rank', [...base(), ...adapter('plain')], lora, 'plain', {}],
  ['unmerged, as PEFT names it now', beside('unmerged'), lora, 'merged.adapter', {}],
  ['unmerged, as PEFT named it before 0.5', beside('old'), lora, 'adapter', {}],
  ['unmerged, in sentence-transformers', beside('sentence'), lora, 'adapter', {}],
  ['in a checkpoint of Lightning', beside('lightning'), lora, 'base', {}],
  ['one encoder of two', inOneFile('dpr'), pair, 'question', { encoder: 'question_model' }],
  ['the other', inOneFile('dpr'), pair, 'context', { encoder: 'ctx_model' }],
  ['a student', inOneFile('distilled'), pair, 'context', { encoder: 'student' }],
  ['its teacher', inOneFile('distilled'), pair, 'question', { encoder: 'teacher' }],
] as const)('%s: hidden states of PyTorch', async (_, files, golden, name, choice) => {
  expect(await errorsOf(await Promise.all(files), choice, golden, name)).toBeLessThanOrEqual(limit);
});
