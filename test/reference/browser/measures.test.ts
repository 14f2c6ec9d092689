/** The measures of protocols.md §10 against what NumPy, SciPy and PyTorch made of minilm-sst2's golden activations. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inMemory } from '../../../src/activations/matrix.ts';
import { numpyShuffle } from '../../../src/base/random.ts';
import type { Device } from '../../../src/compute/device.ts';
import { bestBlocks } from '../../../src/measures/geometry/field.ts';
import { geometryStage } from '../../../src/measures/geometry/stage.ts';
import type { AfterProbes, AfterSelection } from '../../../src/measures/stage.ts';
import { intrinsicDimensionStage } from '../../../src/measures/intrinsic-dimension/stage.ts';
import { mutualNeighboursStage } from '../../../src/measures/mutual-neighbours/stage.ts';
import { codeLength } from '../../../src/measures/code-length/code-length.ts';
import { meanDistances, orderByDistance } from '../../../src/measures/probeless/probeless.ts';
import { usableInformation } from '../../../src/measures/usable-information/usable-information.ts';
import type { ProbeOptions, ProbePart } from '../../../src/probe/parts.ts';
import { devices, gather, readTensors } from '../../browser/probe-golden.ts';

import hiddenUrl from '../../../../shared/golden/sst2/hidden.safetensors?url';
import probesUrl from '../../../../shared/golden/sst2/probes.safetensors?url';
import geometryUrl from '../../../../shared/golden/sst2/geometry.json?url';
import { neuronProducts, type NeuronProducts } from '../../../src/redundancy/neuron-products.ts';

type Pairs = (number | null)[][];

interface Golden {
  blockInfluence: number[];
  angularDistance: number[][];
  bestBlocks: { skipped: number; first: number }[];
  participationRatio: (number | null)[];
  effectiveRank: (number | null)[];
  matrixEntropy: (number | null)[];
  anisotropy: number[];
  anisotropyParts: { index: number; part: number }[][];
  mutualKnn: Pairs;
  twoNN: (number | null)[];
  mdl: { ends: number[]; bits: number[]; total: number; compression: number }[];
  vInformation: { all: number; pvi: number[] };
  probeless: { top: number[]; score: number[] };
}

const [layers, hidden] = [7, 384];
let golden: Golden;
let input: AfterProbes & AfterSelection;
let productsOn: (device: Device) => Promise<NeuronProducts>;
let train: ProbePart;
let dev: ProbePart;
let opened: [string, Device][];
beforeAll(async () => {
  golden = (await (await fetch(geometryUrl)).json()) as Golden;
  const tensors = await readTensors(hiddenUrl);
  const cls = tensors.get('cls')!;
  const label = tensors.get('label')!;
  const rows = label.length;
  const activations = inMemory(cls, { rows, layers, hidden }, 300);
  const order = numpyShuffle(7361, rows);
  const cut = Math.floor(rows * 0.9);
  const partOf = (own: Int32Array): ProbePart => ({
    activations: inMemory(gather(cls, own, layers * hidden), { rows: own.length, layers, hidden }, 300),
    labels: Int32Array.from(own, (row) => label[row]),
  });
  [train, dev] = [partOf(order.subarray(0, cut)), partOf(order.subarray(cut))];
  input = { parts: { train: { activations } }, layers: { standard: null } } as unknown as AfterProbes & AfterSelection;
  productsOn = (device) => neuronProducts(device, activations);
  opened = await Promise.all(devices.map(async ([name, open]): Promise<[string, Device]> => [name, await open()]));
});
afterAll(() => opened.forEach(([, device]) => device.dispose()));

/** Within 1e-6 of the other's size, or of 1 where it is smaller. */
function expectClose(found: unknown, expected: unknown): void {
  if (Array.isArray(expected)) return expected.forEach((value, i) => expectClose((found as unknown[])[i], value));
  if (expected === null) return expect(found).toBeNull();
  const size = Math.max(1, Math.abs(Number(expected)));
  expect(Math.abs(Number(found) - Number(expected)) / size).toBeLessThan(1e-6);
}

test('geometry of layers (1e-6) and the best blocks, on every device', async () => {
  for (const [, device] of opened) {
    const found = await geometryStage.compute(device, { ...input, products: await productsOn(device) }, {});
    for (const name of ['blockInfluence', 'angularDistance', 'participationRatio', 'matrixEntropy'] as const)
      expectClose(found[name], golden[name]);
    expectClose(found.effectiveRank, golden.effectiveRank);
    expectClose(
      found.anisotropy.map(({ mean }) => mean),
      golden.anisotropy,
    );
    const parts = found.anisotropy.map(({ neurons }) => neurons.map(({ index, part }) => ({ index, part })));
    expect(parts.map((own) => own.map(({ index }) => index))).toEqual(
      golden.anisotropyParts.map((own) => own.map(({ index }) => index)),
    );
    expectClose(
      parts.map((own) => own.map(({ part }) => part)),
      golden.anisotropyParts.map((own) => own.map(({ part }) => part)),
    );
    expect(bestBlocks(found.angularDistance).map(({ length, first }) => ({ skipped: length, first }))).toEqual(
      golden.bestBlocks,
    );
  }
});

test('shared neighbours (equal) and intrinsic dimension (1e-6), on every device', async () => {
  for (const [, device] of opened) {
    const { shares } = await mutualNeighboursStage.compute(device, input, {});
    const inTenths = (pairs: Pairs) => pairs.map((row) => row.map((value) => value && Math.round(value * 8720)));
    expect(inTenths(shares)).toEqual(inTenths(golden.mutualKnn));
    expectClose((await intrinsicDimensionStage.compute(device, input, {})).layers, golden.twoNN);
  }
});

const paper: ProbeOptions = {
  ...{ classes: 2, protocol: 'paper', seeds: [11], epochs: 10, batchSize: 128, learningRate: 1e-3 },
  ...{ lambda1: 1e-5, lambda2: 1e-5, metrics: ['accuracy'] },
};

test('online code length of every layer and block (1e-4), on every device', async () => {
  for (const [name, device] of opened) {
    const found = await codeLength(device, { train, dev, test: dev }, null, paper);
    golden.mdl.forEach(({ ends, bits, total, compression }, layer) => {
      expect(found.ends).toEqual(ends);
      const own = found.layers[layer].bits;
      own.forEach((value, block) => expect(Math.abs(value - bits[block]) / bits[block], name).toBeLessThan(1e-4));
      const sum = own.reduce((all, value) => all + value);
      expect(Math.abs(sum - total) / total).toBeLessThan(1e-4);
      expect(Math.abs(found.uniform / sum - compression) / compression).toBeLessThan(1e-4);
    });
  }
});

test('usable information (1e-6) with the hardest rows (equal), on every device', async () => {
  const probes = await readTensors(probesUrl);
  const oracle = { weight: probes.get('all.W')!, bias: probes.get('all.b')! };
  const none = { weight: new Float32Array(2 * hidden), bias: new Float32Array(2) };
  const trained = {
    individualWeights: [Array(layers).fill(none) as (typeof none)[]],
    oracles: [oracle],
    standard: null,
  };
  const { all, pvi } = golden.vInformation;
  for (const [, device] of opened) {
    const found = await usableInformation(device, dev, train.labels, trained, paper);
    expect(Math.abs(found.oracle.mean! - all)).toBeLessThan(1e-6);
    const hardest = [...pvi.keys()].sort((a, b) => pvi[a] - pvi[b]).slice(0, 20);
    expect(found.hardest.map(({ row }) => row)).toEqual(hardest);
    // The golden's own logits are in float32.
    for (const { row, bits } of found.hardest) expect(Math.abs(bits - pvi[row])).toBeLessThan(1e-5);
  }
});

test('the order without a probe (equal) and its distances (1e-6)', async () => {
  const found = await meanDistances(train, new Uint8Array(layers * hidden), 2);
  const { top, score } = golden.probeless;
  expect([...orderByDistance(found).subarray(0, 50)]).toEqual(top);
  expectClose(
    top.map((neuron) => found[neuron]),
    score,
  );
});
