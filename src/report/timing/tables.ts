/** Measured times as tables: by depth of the encoder, by size of the classifier, and by answer. Milliseconds and factors. */
import type { ClassifierTiming, DepthSeries, EncoderTiming, Spread } from '../../run/run-file.ts';
import type { Factor } from '../../timing/costs.ts';
import { counted, decimal, significant } from '../format.ts';
import {
  countCell,
  missingCell,
  numberColumn,
  numberColumns,
  textCell,
  textColumn,
  type Cell,
  type Table,
} from '../table.ts';
import type { TimedPart } from './parts.ts';

/** "one row at a time", "16 rows together, padded to 128 tokens". */
export function seriesTitle({ batch, padded }: Pick<DepthSeries, 'batch' | 'padded'>): string {
  const together = batch === 1 ? 'one row at a time' : `${counted(batch, 'row')} together`;
  return padded === null ? together : `${together}, padded to ${counted(padded, 'token')}`;
}

/** A row a depth: milliseconds a row, of every series. */
export function depthTable({ series }: EncoderTiming): Table {
  const columns = series.flatMap((one) => {
    const title = `${seriesTitle(one)}, ms a row`;
    return [...spreadTitles(title), ...(onDevice(one) ? [`${title}, on the device`, 'dispatches a batch'] : [])];
  });
  const rows = series[0].depths.map(({ layers }) => [
    countCell(layers),
    ...series.flatMap((one): Cell[] => {
      const { wall, device } = one.depths[layers];
      if (!onDevice(one)) return spreadCells(wall);
      const none = missingCell('The device gave no time here.');
      return [
        ...spreadCells(wall),
        ...(device ? [numberCell(device.ms.median), numberCell(device.dispatches)] : [none, none]),
      ];
    }),
  ]);
  return { columns: [numberColumn('layers'), ...numberColumns(...columns)], rows };
}

function onDevice({ depths }: DepthSeries): boolean {
  return depths.some(({ device }) => device !== null);
}

/** A row a classifier. */
export function classifierTable(classifiers: readonly ClassifierTiming[]): Table {
  const titles = ['features', 'rows', 'classes', 'epochs', ...spreadTitles('training, ms'), 'an answer, µs'];
  return {
    columns: [textColumn('numbers'), ...numberColumns(...titles)],
    rows: classifiers.map(({ made, features, rows, classes, epochs, training, prediction }) => [
      textCell(made ? 'made' : 'own'),
      countCell(features),
      countCell(rows),
      classes === null ? missingCell('A regression has no classes.') : countCell(classes),
      countCell(epochs),
      ...spreadCells(training),
      prediction ? numberCell(1000 * prediction.median) : missingCell('Not measured.'),
    ]),
  };
}

/** A row a part of the model: its times as factors over the full model's. */
export function costTable(parts: readonly TimedPart[]): Table {
  return {
    columns: [
      textColumn('what is left'),
      ...numberColumns('layers', 'neurons', ...costKinds.flatMap(({ title }) => spreadTitles(title))),
    ],
    rows: parts.map(({ title, part, costs }) => [
      textCell(title),
      countCell(part.layers),
      countCell(part.features),
      ...costKinds.flatMap(({ kind }) => factorCells(costs[kind])),
    ]),
  };
}

/** What a part is asked for, in the order of a figure's bars. */
export const costKinds = [
  { kind: 'features', title: "a row's features" },
  { kind: 'classifier', title: 'features and training' },
  { kind: 'prediction', title: 'one answer' },
] as const;

function factorCells(factor: Factor | null): Cell[] {
  if (factor) return spreadCells(factor.ratio, 2);
  return Array.from({ length: 3 }, () => missingCell('Not measured for this part.'));
}

function spreadTitles(title: string): string[] {
  return [title, 'lower quartile', 'upper quartile'];
}

function spreadCells({ median, lower, upper }: Spread, digits?: number): Cell[] {
  return [median, lower, upper].map((value) => numberCell(value, digits));
}

function numberCell(value: number, digits?: number): Cell {
  return { value, text: digits === undefined ? significant(value) : decimal(value, digits) };
}
