/** Numbers a layer, by any measure: as curves, and as a table that says why one is missing. */
import { curveChart, layerAxis, type CurveChart } from './chart.ts';
import { decimal } from './format.ts';
import type { Observation } from './observation.ts';
import { countCell, missingCell, numberColumns, type Table } from './table.ts';

/** An entry a layer, from `first` on (0); null: not defined. */
export interface LayerValues {
  title: string;
  values: readonly (number | null)[];
  first?: number;
}

/** @param limits of what the values can be. */
export function layerCurves(
  of: { label: string; yTitle: string },
  all: readonly LayerValues[],
  limits: [number, number],
): CurveChart {
  const curves = all.map(({ title, values, first = 0 }, tone) => ({
    ...{ title, tone, dashed: false, dots: true },
    points: values.flatMap((y, index) => (y === null ? [] : [{ x: first + index, y, deviation: 0 }])),
  }));
  return curveChart({ ...of, ...layerAxis, unit: 'decimal', curves, height: 220 }, limits);
}

/** A row a layer. @param why a value may be missing. */
export function layerValueTable(all: readonly LayerValues[], why: string): Table {
  const layers = Math.max(0, ...all.map(({ values, first = 0 }) => first + values.length));
  return {
    columns: numberColumns('layer', ...all.map(({ title }) => title)),
    rows: Array.from({ length: layers }, (_, layer) => [
      countCell(layer),
      ...all.map(({ values, first = 0 }) => {
        const value = values[layer - first] ?? null;
        return value === null ? missingCell(layer < first ? 'It needs a layer below.' : why) : valueCell(value);
      }),
    ]),
  };
}

export function valueCell(value: number): { value: number; text: string } {
  return { value, text: decimal(value) };
}

/** A row a layer of the train part, from `first` on. */
export function layerObservations(metric: string, values: readonly (number | null)[], first = 0): Observation[] {
  return values.map((value, at) => ({ part: 'train', metric, layer: first + at, kind: 'layer', value }));
}
