import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inMemory, type Activations } from '../../src/activations/matrix.ts';
import { readSafetensorsHeader, readTensor } from '../../src/format/safetensors.ts';
import { rowText } from '../../src/data/part-texts.ts';
import { neuronRowsField } from '../../src/measures/neuron-rows/field.ts';
import { topRows } from '../../src/base/numbers.ts';
import { neuronRows } from '../../src/measures/neuron-rows/neuron-rows.ts';
import { neuronRowsStage } from '../../src/measures/neuron-rows/stage.ts';
import type { AfterProbes, AfterSelection } from '../../src/measures/stage.ts';
import { referenceDevice } from '../../src/compute/reference/device.ts';

const [layers, hidden] = [4, 16];
const width = layers * hidden;

/** The activations of the goldens: 300 rows of real draws, layer 0 constant. */
async function goldenRows(): Promise<{ activations: Activations; data: Float32Array; rows: number }> {
  const path = new URL('../fixtures/probes/probes.safetensors', import.meta.url);
  const file = new Blob([readFileSync(path)]);
  const { tensors } = await readSafetensorsHeader(file);
  const data = await readTensor(file, tensors.get('activations')!);
  const rows = data.length / width;
  return { activations: inMemory(data, { rows, layers, hidden }, 37), data, rows };
}

/** By sorting everything, the slow way. */
function sortedRows(column: ArrayLike<number>, most: number, sign: number): number[] {
  const rows = Array.from({ length: column.length }, (_, row) => row);
  return rows.sort((a, b) => sign * (column[b] - column[a]) || a - b).slice(0, most);
}

describe('the rows at either end of a column', () => {
  test('are those of a stable sort, also where values come up again and again', async () => {
    const { data, rows } = await goldenRows();
    for (const steps of [1e6, 4, 1]) {
      for (let neuron = 0; neuron < width; neuron++) {
        const column = Float32Array.from({ length: rows }, (_, row) => Math.round(data[row * width + neuron] * steps));
        for (const most of [1, 10, rows, rows + 5]) {
          expect(topRows(column, most, 1)).toEqual(sortedRows(column, most, 1));
          expect(topRows(column, most, -1)).toEqual(sortedRows(column, most, -1));
        }
      }
    }
  });
});

describe('what moves a neuron', () => {
  test('comes with values, labels, texts, mean and deviation; many neurons are as one at a time', async () => {
    const { activations, data, rows } = await goldenRows();
    const labels = Int32Array.from({ length: rows }, (_, row) => row % 3);
    const texts = {
      kind: 'sentence' as const,
      rows: Array.from({ length: rows }, (_, row) => ({ text: `row ${row}`, pair: row % 2 ? `pair ${row}` : null })),
    };
    const asked = [17, 63, 40];
    const found = await neuronRows({ activations, labels, texts }, asked, 10);
    expect(found.map(({ neuron }) => neuron)).toEqual(asked);
    for (const [i, neuron] of asked.entries()) {
      const column = Array.from({ length: rows }, (_, row) => data[row * width + neuron]);
      const mean = column.reduce((sum, value) => sum + value, 0) / rows;
      const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
      expect(found[i].mean).toBeCloseTo(mean, 10);
      expect(found[i].deviation).toBeCloseTo(Math.sqrt(variance), 10);
      const expected = (sign: number) =>
        sortedRows(column, 10, sign).map((row) => {
          return { row, value: column[row], label: labels[row], ...texts.rows[row] };
        });
      expect(found[i].highest).toEqual(expected(1));
      expect(found[i].lowest).toEqual(expected(-1));
      expect(await neuronRows({ activations, labels, texts }, [neuron], 10)).toEqual([found[i]]);
    }
  });

  test('is nothing where all rows have one value', async () => {
    const { activations, data, rows } = await goldenRows();
    const [constant] = await neuronRows({ activations, labels: new Int32Array(rows) }, [3], 10);
    expect(constant).toEqual({ neuron: 3, mean: data[3], deviation: 0, highest: [], lowest: [] });
  });

  test('words stand among those of their own sentence, whose values are there; sentences left out have none', async () => {
    const long = Array.from({ length: 40 }, (_, word) => `w${word}`);
    const sentences = [{ words: ['a', 'b'] }, { words: ['never', 'read'] }, { words: long }, { words: ['z'] }];
    const starts = Uint32Array.of(0, 2, 2, 42, 43);
    const column = Float32Array.from({ length: 43 }, (_, row) =>
      row === 22 ? 90 : row === 42 ? 80 : row === 0 ? -9 : row,
    );
    const activations = inMemory(column, { rows: 43, layers: 1, hidden: 1 }, 5);
    const texts = { kind: 'labelling' as const, sentences, starts };
    const [{ highest, lowest }] = await neuronRows({ activations, labels: new Int32Array(43), texts }, [0], 2);
    expect(highest.map(({ row, value }) => [row, value])).toEqual([
      [22, 90],
      [42, 80],
    ]);
    const [inLong, alone] = highest.map(({ words }) => words!);
    expect(inLong.list[inLong.at]).toEqual({ word: 'w20', value: 90 });
    expect(inLong.list.map(({ word }) => word)).toEqual(long.slice(8, 33));
    expect(inLong.list[0].value).toBe(10);
    expect(alone).toEqual({ at: 0, list: [{ word: 'z', value: 80 }] });
    expect(rowText(texts, 22)).toEqual({ text: long.slice(8, 33).join(' '), pair: null, word: 'w20' });
    expect(rowText(texts, 42)).toEqual({ text: 'z', pair: null, word: 'z' });
    expect(lowest[0].words).toEqual({
      at: 0,
      list: [
        { word: 'a', value: -9 },
        { word: 'b', value: 1 },
      ],
    });
  });

  test('long texts are cut, between characters', async () => {
    const activations = inMemory(Float32Array.of(1, 2), { rows: 2, layers: 1, hidden: 1 });
    const texts = {
      kind: 'sentence' as const,
      rows: [
        { text: '😀'.repeat(500), pair: 'x'.repeat(400) },
        { text: 'b', pair: null },
      ],
    };
    const [{ lowest }] = await neuronRows({ activations, labels: new Int32Array(2), texts }, [0], 1);
    expect(lowest[0].text).toMatch(/^(😀)+…$/u);
    expect(lowest[0].text.length).toBeLessThan(402);
    expect(lowest[0].pair).toBe('x'.repeat(400));
  });
});

test('a run stores the kept neurons of its smallest answers, then the leaders, each once', async () => {
  const { activations, rows } = await goldenRows();
  const part = { activations, labels: new Int32Array(rows) };
  const answer = (ordering: number[], size: number, leaders: number[]) => ({
    entry: { ordering, minimalSet: { size }, leaders: [{ neurons: leaders, weights: [] }] },
  });
  const selected = [
    answer([40, 41, 42], 3, [50]),
    answer([20, 21], 1, [41, 51]),
  ] as unknown as AfterSelection['selected'];
  const parts = { train: part, dev: part, test: part };
  const found = await neuronRowsStage.compute(referenceDevice(), { parts, selected } as AfterProbes & AfterSelection, {});
  expect(found.split).toBe('test');
  expect(found.neurons.map(({ neuron }) => neuron)).toEqual([20, 40, 41, 42, 51, 50]);
  expect(found.neurons[0].highest).toHaveLength(5);
});

test('a run file may not name neurons or words that there are not', () => {
  const shape = { layers: 2, hidden: 3 };
  const row = (at: number) => ({
    row: 0,
    value: 1,
    label: 0,
    text: '',
    pair: null,
    words: { at, list: [{ word: 'a', value: 1 }] },
  });
  const held = (neuron: number, at: number) => ({
    split: 'test' as const,
    neurons: [{ neuron, mean: 0, deviation: 1, highest: [row(at)], lowest: [] }],
  });
  expect(neuronRowsField.gap!(held(5, 0), shape)).toBeNull();
  expect(neuronRowsField.gap!(held(6, 0), shape)).toContain('neuron 6');
  expect(neuronRowsField.gap!(held(5, 1), shape)).toContain('word 1');
});
