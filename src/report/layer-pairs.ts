/** How alike every two layers are, by any measure: as a matrix, as a table, and the extremes in a sentence. */
import type { MatrixChart } from './chart.ts';
import { dash, decimal, integer, listed } from './format.ts';
import type { Cell, Table } from './table.ts';

/** [layers, layers], from 0 to 1; null where a layer is the same vector in every row. */
type Pairs = readonly (readonly (number | null)[])[];

/** @param quantity what the values are called. */
export function pairsChart(values: Pairs, quantity: string, label: string): MatrixChart {
  const layers = { title: 'layer', names: values.map((_, layer) => String(layer)) };
  return {
    kind: 'matrix',
    label,
    rows: layers,
    columns: layers,
    values,
    quantity,
    domain: [0, 1],
    missing: 'one of them is the same vector in every row',
  };
}

/** A row a layer. */
export function pairsTable(matrix: Pairs, quantity: string): Table {
  const constant = new Set(constantLayers(matrix));
  return {
    columns: [
      { title: 'layer', numeric: true },
      ...matrix.map((_, layer) => ({ title: String(layer), numeric: true })),
    ],
    rows: matrix.map((values, layer) => [
      { value: layer, text: integer(layer) },
      ...values.map((value, other): Cell => {
        if (value !== null) return { value, text: decimal(value) };
        const which = constant.has(layer) ? layer : other;
        return {
          value: null,
          text: dash,
          why: `Layer ${which} is the same vector in every row: it has no ${quantity}.`,
        };
      }),
    ]),
  };
}

/** Which layers say the same: the most and the least alike pair, and layers that have no similarity. */
export function pairsFinding(matrix: Pairs): string {
  const constant = constantLayers(matrix);
  const sentences: string[] = [];
  let most: Pair | null = null;
  let least: Pair | null = null;
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j < i; j++) {
      const value = matrix[i]?.[j] ?? null;
      if (value === null) continue;
      if (most === null || value > most.value) most = { a: j, b: i, value };
      if (least === null || value < least.value) least = { a: j, b: i, value };
    }
  }
  if (most && least) {
    sentences.push(`Most alike are layers ${most.a} and ${most.b} (${decimal(most.value)}), least alike`);
    sentences[0] += ` ${least.a} and ${least.b} (${decimal(least.value)}).`;
  }
  if (constant.length > 0) {
    const names = constant.length === 1 ? `Layer ${constant[0]} is` : `Layers ${listed(constant.map(String))} are`;
    sentences.push(
      `${names} the same vector in every row and ${constant.length === 1 ? 'has' : 'have'} no similarity.`,
    );
  }
  return sentences.join(' ') || `There is nothing to compare: ${dash}.`;
}

interface Pair {
  a: number;
  b: number;
  value: number;
}

/** Layers whose whole row is null: the same vector everywhere. */
function constantLayers(matrix: Pairs): number[] {
  return matrix.flatMap((row, layer) => (row.every((value) => value === null) ? [layer] : []));
}
