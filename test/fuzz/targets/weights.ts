/** Files of weights and graphs: tensors lie in the file and have the size of their shape. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bitsOf } from '../../../src/format/dtype.ts';
import { readOnnx } from '../../../src/format/onnx.ts';
import { readPickle } from '../../../src/format/pickle.ts';
import { readShardIndex } from '../../../src/format/safetensors-index.ts';
import { readSafetensorsHeader, readTensor, writeSafetensors } from '../../../src/format/safetensors.ts';
import { TorchRules } from '../../../src/format/torch-tensors.ts';
import { readZipDirectory } from '../../../src/format/zip.ts';
import { assemble, pooling } from '../../../src/model/onnx/assemble.ts';
import { findHiddenStates } from '../../../src/model/onnx/hidden-states.ts';
import { readWeightFile } from '../../../src/model/weight-file.ts';
import { attempt, valueOrRefusal } from '../../fixtures/hostile.ts';
import { madeModel } from '../../fixtures/onnx.ts';
import { alone, blobFile, fixture, onlyFile, textFile, type FuzzFile, type FuzzTarget } from '../target.ts';

const checkpointNames = ['forms-zip', 'forms-legacy', 'nested', 'untyped', 'scattered'];
const checkpoints = () => checkpointNames.map((name) => fixture(`checkpoints/${name}.bin`));
/** With adapters and settings of trainers in them. */
const wildNames = ['lora/old.bin', 'lora/loralib.bin', 'lora/lightning.bin', 'words.pt'];
const hostileFolder = join(import.meta.dirname, '../../fixtures/checkpoints/hostile');
/** Small ones: what is large there is large on purpose, and slow. */
const hostile = () =>
  readdirSync(hostileFolder)
    .map((name) => fixture(`checkpoints/hostile/${name}`))
    .filter(({ bytes }) => bytes.length < 4000);

/** Of this many values at most is a tensor read. */
const readLimit = 4096;

export async function checkSafetensors(file: File): Promise<void> {
  const header = await valueOrRefusal(readSafetensorsHeader(file));
  if (header === null) return;
  let covered = 0;
  for (const info of header.tensors.values()) {
    const { dtype, shape, start, end } = info;
    const values = shape.reduce((product, size) => product * size, 1);
    assert(start > 8 && end <= file.size, 'a tensor lies outside of the file');
    assert.equal((end - start) * 8, values * bitsOf(dtype));
    covered += end - start;
    if (values > readLimit) continue;
    const tensor = await valueOrRefusal(readTensor(file, info));
    if (tensor !== null) assert.equal(tensor.length, values);
  }
  const length = new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true);
  assert.equal(covered, file.size - 8 - Number(length), 'tensors overlap, or leave gaps');
}

export async function checkShardIndex(file: File): Promise<void> {
  const index = await valueOrRefusal(readShardIndex(file));
  for (const name of index?.files ?? []) assert.match(name, /^[^/\\]+\.(safetensors|bin)$/);
}

export async function checkWeightFile(file: File): Promise<void> {
  const read = await valueOrRefusal(readWeightFile(file));
  for (const { dtype, shape, start, end } of read?.tensors.values() ?? []) {
    assert(start > 0 && end <= file.size, 'a tensor lies outside of the file');
    assert.equal(
      (end - start) * 8,
      shape.reduce((product, size) => product * size, bitsOf(dtype)),
    );
  }
}

export async function checkPickle(bytes: Uint8Array): Promise<void> {
  const source = { subject: 'The pickle', next: 'Save it again.' };
  const read = await attempt(() => readPickle(bytes, 0, new TorchRules(source), source));
  if (read !== null) assert(read.end <= bytes.length, 'it ends behind its end');
}

export async function checkZipDirectory(file: File): Promise<void> {
  const entries = await valueOrRefusal(readZipDirectory(file));
  for (const { header, sizeBytes } of entries?.values() ?? []) {
    assert(header >= 0 && header + sizeBytes < file.size, 'an entry lies outside of the file');
  }
}

/** The outline lies in the file; where hidden states are found, the model is written anew. */
export async function checkExport(file: File, { layers, hidden }: { layers: number; hidden: number }): Promise<void> {
  const model = await valueOrRefusal(readOnnx(file));
  if (model === null) return;
  for (const { data } of model.tensors.values()) {
    if (data?.location === null) assert(data.end <= file.size, 'a tensor lies outside of the file');
  }
  await attempt(async () => {
    const { names } = findHiddenStates(model, { layers, hidden });
    assert.equal(names.length, layers + 1);
    assert((await assemble(model, names, pooling(names, hidden))).bytes.length > 0);
  });
}

const smallTensors = () =>
  writeSafetensors(
    [
      { name: 'layer.0.weight', dtype: 'F32', shape: [2, 3], parts: [new Float32Array(6).fill(0.5)] },
      { name: 'layer.0.bias', dtype: 'F32', shape: [2], parts: [new Float32Array(2)] },
    ],
    new Map([['format', 'pt']]),
  );
/** What lies in a checkpoint from its pickle on. */
function pickleOf(path: string): FuzzFile {
  const { bytes } = fixture(path);
  const start = bytes.findIndex((byte, at) => byte === 0x80 && bytes[at + 1] === 2 && bytes[at + 2] === 0x7d);
  return { path, bytes: bytes.slice(Math.max(0, start)) };
}
const node: [string, string[], string[]] = ['Add', ['input_ids', 'scale'], ['hidden_states.0']];
const smallExport = () =>
  madeModel({
    nodes: [node, ['Mul', ['hidden_states.0', 'scale'], ['hidden_states.1']]],
    inputs: [{ name: 'input_ids' }],
    outputs: [{ name: 'hidden_states.0' }, { name: 'hidden_states.1' }],
    tensors: [{ name: 'scale', shape: [32], data: new Uint8Array(128) }],
  });

export const weightTargets: readonly FuzzTarget[] = [
  {
    name: 'safetensors',
    share: 10,
    seeds: async () => [
      [await blobFile('model.safetensors', smallTensors())],
      [fixture('activations/values.safetensors')],
      [fixture('architectures/xlnet-clamp.safetensors')],
    ],
    check: (drop) => checkSafetensors(onlyFile(drop)),
  },
  {
    name: 'shard-index',
    share: 5,
    seeds: () => alone([fixture('models/bert-sharded/model.safetensors.index.json')]),
    check: (drop) => checkShardIndex(onlyFile(drop)),
  },
  {
    name: 'checkpoint',
    share: 10,
    seeds: () => alone([...checkpoints(), ...hostile(), ...wildNames.map((name) => fixture(`wild/${name}`))]),
    check: (drop) => checkWeightFile(onlyFile(drop)),
  },
  {
    name: 'pickle',
    share: 10,
    seeds: () => alone([...checkpointNames.map((name) => `checkpoints/${name}.bin`), 'wild/words.pt'].map(pickleOf)),
    check: (drop) => checkPickle(drop[0]?.bytes ?? new Uint8Array()),
  },
  {
    name: 'zip-directory',
    share: 6,
    seeds: () => alone(checkpoints().filter(({ bytes }) => bytes[0] === 0x50)),
    check: (drop) => checkZipDirectory(onlyFile(drop)),
  },
  {
    name: 'onnx',
    share: 4,
    seeds: () => alone([{ path: 'small.onnx', bytes: smallExport() }, fixture('exports/roberta-external/model.onnx')]),
    check: async (drop) => {
      await checkExport(onlyFile(drop), { layers: 1, hidden: 32 });
      await checkExport(onlyFile(drop), { layers: 3, hidden: 32 });
    },
  },
];

export const smallIndex = () => textFile('model.safetensors.index.json', '{"weight_map": {"a": "model.safetensors"}}');
