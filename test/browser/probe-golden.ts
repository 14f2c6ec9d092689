/** The small goldens of test/fixtures/probes (made by tools/goldens/probes.py), and the devices that must agree with them. */
import { readSafetensorsHeader, readTensor } from '../../src/format/safetensors.ts';
import { openDevice } from '../../src/compute/open.ts';
import { referenceDevice } from '../../src/compute/reference/device.ts';
import type { Device, LinearWeights, ProbeSpec } from '../../src/compute/device.ts';
import facts from '../fixtures/probes/probes.json';
import tensorsUrl from '../fixtures/probes/probes.safetensors?url';

export const golden = facts;
export const layers = 4;
export const hidden = 16;
export const width = layers * hidden;
export type CaseName = keyof typeof facts.cases;
export const caseNames = Object.keys(facts.cases) as CaseName[];
export const ranges = facts.ranges.map(([first, last]) => ({ first, last }));

export const devices: [Device['backend'], () => Promise<Device>][] = [
  ['reference', () => Promise.resolve(referenceDevice())],
  ['wasm', () => openDevice('wasm', { threads: null })],
  ['webgpu', () => openDevice('webgpu', { threads: null })],
];

export async function readTensors(url: string): Promise<Map<string, Float32Array<ArrayBuffer>>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const file = await response.blob();
  const { tensors } = await readSafetensorsHeader(file);
  const all = new Map<string, Float32Array<ArrayBuffer>>();
  for (const [name, info] of tensors) all.set(name, await readTensor(file, info));
  return all;
}

export function goldenTensors(): Promise<Map<string, Float32Array<ArrayBuffer>>> {
  return readTensors(tensorsUrl);
}

export function outputsOf(name: CaseName): number {
  return name.startsWith('binary') ? 2 : name.startsWith('three') ? 3 : 1;
}

export function isRefined(name: CaseName): boolean {
  return name.endsWith('refined');
}

export function labelsOf(name: CaseName, tensors: Map<string, Float32Array>): Int32Array | Float32Array {
  const values = tensors.get(name.split('-')[0])!;
  return outputsOf(name) === 1 ? values : Int32Array.from(values);
}

export function weightsOf(name: CaseName, tensors: Map<string, Float32Array>, suffix: '' | '0'): LinearWeights[] {
  return ranges.map((_, p) => ({
    weight: tensors.get(`${name}.${p}.W${suffix}`)!,
    bias: tensors.get(`${name}.${p}.b${suffix}`)!,
  }));
}

export function specOf(name: CaseName, tensors: Map<string, Float32Array>): ProbeSpec {
  return {
    layers,
    hidden,
    outputs: outputsOf(name),
    loss: outputsOf(name) === 1 ? 'squared-error' : 'cross-entropy',
    penalty: isRefined(name) ? 'square' : 'norm',
    lambda1: facts.lambda1,
    lambda2: facts.lambda2,
    batchSize: facts.batchSize,
    learningRate: facts.learningRate,
    probes: ranges,
    start: weightsOf(name, tensors, '0'),
  };
}

/** ‖a − b‖ / ‖b‖; 0 where both are zero. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += b[i] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / size);
}

/** Rows of `data` [rows, width] in the given order. */
export function gather(data: Float32Array, rows: ArrayLike<number>, rowWidth: number): Float32Array {
  const out = new Float32Array(rows.length * rowWidth);
  for (let i = 0; i < rows.length; i++) {
    out.set(data.subarray(rows[i] * rowWidth, (rows[i] + 1) * rowWidth), i * rowWidth);
  }
  return out;
}
