/**
 * How alike the layers of two results are over the same test rows, by CKA (protocols.md §4): a map, a table, and which
 * layers correspond in a sentence.
 */
import type { FieldValues } from '../measures/fields.ts';
import type { Figure } from '../report/chart.ts';
import { capital, decimal, integer, listed } from '../report/format.ts';
import { countCell, missingCell, numberColumn, textCell, textColumn, type Cell, type Table } from '../report/table.ts';

export type CkaEstimate = keyof FieldValues['cka'];

/** Two results by their titles, and what was found of them: [layers of the first, layers of the other]. */
export interface ComparedLayers {
  first: string;
  other: string;
  /** Test rows that were matched. */
  rows: number;
  cka: FieldValues['cka'];
}

const estimateTitles: Readonly<Record<CkaEstimate, string>> = {
  biased: 'biased, as usually reported',
  debiased: 'debiased for the number of rows',
};

const constant = 'one of them is the same vector in every row';

export function comparedLayersFigure({ first, other, rows, cka }: ComparedLayers, estimate: CkaEstimate): Figure {
  const values = cka[estimate];
  const [own, its] = [values.length, values[0]?.length ?? 0].map((count) =>
    Array.from({ length: count }, (_, layer) => String(layer)),
  );
  return {
    id: 'compared-layers',
    title: `Layers of ${first} and ${other} (linear CKA)`,
    description: `1 where two layers hold the same information up to rotation and scale, 0 where they share none; ${estimateTitles[estimate]}, on ${integer(rows)} test rows.`,
    chart: {
      kind: 'matrix',
      label: `CKA between the layers of ${first} and of ${other}`,
      rows: { title: `layer of ${first}`, names: own },
      columns: { title: `layer of ${other}`, names: its },
      values,
      quantity: 'CKA',
      domain: [0, 1],
      missing: constant,
    },
    table: {
      columns: [numberColumn(`layer of ${first}`), ...its.map((layer) => numberColumn(`layer ${layer} of ${other}`))],
      rows: values.map((row, layer) => [countCell(layer), ...row.map(alikeCell)]),
    },
    stem: `winnow-layers-cka-${estimate}`,
  };
}

function alikeCell(value: number | null): Cell {
  return value === null ? missingCell(`There is no CKA: ${constant}.`) : { value, text: decimal(value) };
}

/** Which layer of the other is most alike to each of the first's, whether they go deeper together, and the closest pair. */
export function comparedLayersFinding({ first, other, cka }: ComparedLayers, estimate: CkaEstimate): string {
  const matches = cka[estimate].flatMap((row, layer) => closestOf(row, layer) ?? []);
  const alone = cka[estimate].flatMap((row, layer) => (row.every((value) => value === null) ? [layer] : []));
  const sentences: string[] = [];
  if (matches.length > 0) {
    const best = matches.reduce((most, match) => (match.value > most.value ? match : most));
    sentences.push(
      `Most alike are layer ${best.layer} of ${first} and layer ${best.match} of ${other} (${decimal(best.value)}).`,
    );
    if (matches.length > 1) sentences.push(orderSentence(matches, first, other));
  }
  if (alone.length > 0) {
    const names = alone.length === 1 ? `Layer ${alone[0]}` : `Layers ${listed(alone.map(String))}`;
    sentences.push(`${names} of ${first} can be compared with none of ${other}.`);
  }
  return sentences.join(' ');
}

interface Match {
  layer: number;
  /** The layer of the other that is most alike; the lower one of equals. */
  match: number;
  value: number;
}

function closestOf(row: readonly (number | null)[], layer: number): Match | null {
  const found = row.flatMap((value, match) => (value === null ? [] : [{ layer, match, value }]));
  return found.length === 0 ? null : found.reduce((best, one) => (one.value > best.value ? one : best));
}

function orderSentence(matches: readonly Match[], first: string, other: string): string {
  const pairs = matches.map(({ layer, match }) => `${layer} → ${match}`).join(', ');
  if (matches.every(({ layer, match }) => layer === match))
    return `Each layer of ${first} is most alike to that of ${other} with the same number.`;
  const back = matches.some(({ match }, place) => place > 0 && match < matches[place - 1].match);
  if (back) return `Those most alike do not follow the order of layers (${first} → ${other}): ${pairs}.`;
  if (new Set(matches.map(({ match }) => match)).size === 1)
    return `All layers of ${first} are most alike to layer ${matches[0].match} of ${other}.`;
  return `Those most alike follow the order of layers (${first} → ${other}): ${pairs}.`;
}

/** Of all pairs of results: a row a pair of layers. */
export function comparedLayersTable(all: readonly ComparedLayers[]): Table {
  return {
    columns: [
      ...['result', 'other result'].map(textColumn),
      ...['layer', 'other layer', 'rows', 'cka_biased', 'cka_debiased'].map((title) => numberColumn(title)),
    ],
    rows: all.flatMap(({ first, other, rows, cka }) =>
      cka.biased.flatMap((row, layer) =>
        row.map((value, match) => [
          ...[first, other].map(textCell),
          ...[layer, match, rows].map(countCell),
          ...[value, cka.debiased[layer]?.[match] ?? null].map(alikeCell),
        ]),
      ),
    ),
  };
}

/** On a terminal. */
export function comparedLayersLines(all: readonly ComparedLayers[]): string[] {
  return all.map(
    (one) => `${capital(`layers of ${one.first} and ${one.other}`)}: ${comparedLayersFinding(one, 'debiased')}`,
  );
}
