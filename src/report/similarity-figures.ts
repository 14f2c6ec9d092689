/** CKA between all layers as a matrix. */
import { similarityFinding } from './answer.ts';
import type { NamedAnalysis } from './analysis.ts';
import { figureId, type Figure, type MatrixChart } from './chart.ts';
import { similarityTable } from './tables.ts';

/** @param cka [layers, layers]; null where a layer is the same vector in every row. */
export function similarityChart(cka: readonly (readonly (number | null)[])[], label: string): MatrixChart {
  const layers = { title: 'layer', names: cka.map((_, layer) => String(layer)) };
  return {
    kind: 'matrix',
    label,
    rows: layers,
    columns: layers,
    values: cka,
    quantity: 'CKA',
    domain: [0, 1],
    missing: 'one of them is the same vector in every row',
  };
}

/** Which layers say the same: in a sentence and a matrix a result, all on one scale. */
export function similarityFigures(
  results: readonly NamedAnalysis[],
  kind: 'biased' | 'debiased',
): { findings: string[]; figures: Figure[] } {
  const compared = results.length > 1;
  const known = results.flatMap(({ analysis, ...names }) =>
    analysis.cka ? [{ ...names, cka: analysis.cka[kind] }] : [],
  );
  const estimate = kind === 'biased' ? 'biased, as usually reported' : 'debiased for the number of rows';
  return {
    findings:
      known.length > 0
        ? known.map(({ title, cka }) => (compared ? `${title}: ` : '') + similarityFinding(cka))
        : ['This file holds no similarity of layers; the published scripts do not write it.'],
    figures: known.map(({ title, stem, cka }, index) => ({
      id: figureId('similarity', index),
      title: compared ? title : 'Similarity of layers (linear CKA)',
      description: `1 where two layers hold the same information up to rotation and scale, 0 where they share none; ${estimate}, on the train part.`,
      chart: similarityChart(cka, `CKA between the layers of ${title}`),
      table: similarityTable(cka),
      stem: `${stem}-cka-${kind}`,
    })),
  };
}
