/** How alike every two layers are, by any measure: as a matrix, as a table, and the extremes in a sentence. */
import type { MatrixChart } from './chart.ts';
import { capital, dash, decimal, listed } from './format.ts';
import { countCell, missingCell, numberColumns, type Cell, type Table } from './table.ts';

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
    columns: numberColumns('layer', ...matrix.map((_, layer) => String(layer))),
    rows: matrix.map((values, layer) => [
      countCell(layer),
      ...values.map((value, other): Cell => {
        if (value !== null) return { value, text: decimal(value) };
        const name = constant.has(layer) ? layer : other;
        return missingCell(`Layer ${name} is the same vector in every row: it has no ${quantity}.`);
      }),
    ]),
  };
}

/** "most alike are layers 1 and 2 (0.982), least alike 1 and 6 (0.531)"; null where no two layers can be compared. */
export function extremePairs(matrix: Pairs): string | null {
  const pairs = matrix.flatMap((row, b) =>
    row.slice(0, b).flatMap((value, a) => (value === null ? [] : { value, text: `${a} and ${b} (${decimal(value)})` })),
  );
  if (pairs.length === 0) return null;
  if (pairs.length === 1) return `layers ${pairs[0].text} are the only two that can be compared`;
  const most = pairs.reduce((best, pair) => (pair.value > best.value ? pair : best));
  const least = pairs.reduce((best, pair) => (pair.value < best.value ? pair : best));
  // As far as it is shown: rounding alone tells no two pairs apart.
  const shown = decimal(most.value);
  if (shown === decimal(least.value)) return `every two layers that can be compared are equally alike (${shown})`;
  return `most alike are layers ${most.text}, least alike ${least.text}`;
}

/** Which layers say the same: the most and the least alike pair, and layers that have no similarity. */
export function pairsFinding(matrix: Pairs): string {
  const constant = constantLayers(matrix);
  const extremes = extremePairs(matrix);
  const sentences = extremes === null ? [] : [`${capital(extremes)}.`];
  if (constant.length > 0) {
    const names = constant.length === 1 ? `Layer ${constant[0]} is` : `Layers ${listed(constant.map(String))} are`;
    sentences.push(
      `${names} the same vector in every row and ${constant.length === 1 ? 'has' : 'have'} no similarity.`,
    );
  }
  return sentences.join(' ') || `There is nothing to compare: ${dash}.`;
}

/** Layers whose whole row is null: the same vector everywhere. */
function constantLayers(matrix: Pairs): number[] {
  return matrix.flatMap((row, layer) => (row.every((value) => value === null) ? [layer] : []));
}
