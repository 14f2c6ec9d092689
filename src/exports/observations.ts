/** All observations of a run: its probes by layer, what clusters and selections scored, then what measures found. */
import { measuredObservations } from '../measures/reports.ts';
import { analysisOfRun } from '../report/analysis.ts';
import { splitObservations, type Observation } from '../report/observation.ts';
import type { RunFile, SelectionEntry } from '../run/run-file.ts';

export function observationsOf(run: RunFile): Observation[] {
  const { seeds } = run.options;
  const byLayer = (kind: 'individual' | 'concatenated'): Observation[] =>
    run.layers[kind].flatMap(({ layer, ...scores }) => splitObservations(scores, seeds, { layer, kind }));
  const { majority } = run.data;
  return [
    ...(majority === null
      ? []
      : [{ part: 'test', metric: 'accuracy', kind: 'majority', value: majority } satisfies Observation]),
    ...splitObservations(run.oracle, seeds, { kind: 'oracle' }),
    ...byLayer('individual'),
    ...byLayer('concatenated'),
    ...(run.clustering ?? []).flatMap(({ threshold: c, clusters, ...scores }): Observation[] => [
      { part: '', metric: 'clusters', kind: 'clustering', c, value: clusters },
      ...splitObservations(scores, seeds, { kind: 'clustering', c, neurons: clusters }),
    ]),
    ...(run.selection ?? []).flatMap((entry) => selectionObservations(entry, seeds, '')),
    ...(run.maxFeatures ? selectionObservations(run.maxFeatures, seeds, 'max-features-') : []),
    ...measuredObservations(analysisOfRun(run), { seeds, metric: run.metric }),
  ];
}

/** The probe before neurons are chosen, those on the first N neurons of the ordering, and that on the set which is enough. */
function selectionObservations(entry: SelectionEntry, seeds: readonly number[], mark: string): Observation[] {
  const { deltas, threshold: c, topLayer: layer, base, sizes, minimalSet } = entry;
  const setting = { layer, c, layersLoss: deltas.layers, neuronsLoss: deltas.neurons };
  return [
    ...splitObservations(base, seeds, { ...setting, kind: `${mark}base`, neurons: entry.ordering.length }),
    ...sizes.flatMap(({ neurons, ...scores }) =>
      splitObservations(scores, seeds, { ...setting, kind: `${mark}size`, neurons }),
    ),
    ...splitObservations(minimalSet, seeds, { ...setting, kind: `${mark}minimal-set`, neurons: minimalSet.size }),
  ];
}
