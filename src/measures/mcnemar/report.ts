/** McNemar's test in words. */
import type { Question } from '../../data/question.ts';
import type { Analysis } from '../../report/analysis.ts';
import { integer, listed, probabilityText, probabilityValue } from '../../report/format.ts';
import { sameQuestion } from '../../report/neurons/question.ts';
import type { Observation, Setting } from '../../report/observation.ts';
import type { Report } from '../report.ts';
import { pairedOutcome, significance } from '../../report/verdict/paired.ts';
import type { McNemar, SeedComparison } from './field.ts';

export const mcnemarReport: Report<McNemar> = {
  section: 'neurons',
  finding: (_, { analysis, question }) => (question ? mcnemarFinding(analysis, question) : ''),
  observations({ comparisons, maxFeatures, bestLayer, stacks = [] }, { seeds }) {
    const sets = comparisons.flatMap(({ deltas, threshold: c, size: neurons, seeds: found }) => {
      const losses = { layersLoss: deltas.layers, neuronsLoss: deltas.neurons };
      return seedRows(found, seeds, { kind: 'mcnemar', c, neurons, ...losses });
    });
    return [
      ...sets,
      ...(maxFeatures
        ? seedRows(maxFeatures.seeds, seeds, { kind: 'max-features-mcnemar', neurons: maxFeatures.size })
        : []),
      ...(bestLayer ? seedRows(bestLayer.seeds, seeds, { kind: 'individual-mcnemar', layer: bestLayer.layer }) : []),
      ...stacks.flatMap(({ layer, seeds: found }) => seedRows(found, seeds, { kind: 'concatenated-mcnemar', layer })),
    ];
  },
};

/** Of one comparison: whom each seed has right alone, and how often chance does that. */
function seedRows(found: readonly SeedComparison[], seeds: readonly number[], compared: Setting): Observation[] {
  return found.flatMap(({ onlyOracleRight, onlyReducedRight, p }, index) => {
    const setting = { ...compared, part: 'test', seed: seeds[index] ?? null } as const;
    return [
      { ...setting, metric: 'only_oracle_right', value: onlyOracleRight },
      { ...setting, metric: 'only_reduced_right', value: onlyReducedRight },
      { ...setting, metric: 'p', value: p },
    ];
  });
}

/** A sentence a seed at most; empty where the run did not make the test for this selection. */
export function mcnemarFinding(
  { mcnemar: test, maxFeatures, instances, unit }: Pick<Analysis, 'mcnemar' | 'maxFeatures' | 'instances' | 'unit'>,
  question: Question,
): string {
  const found =
    test?.comparisons.find((comparison) => sameQuestion(comparison, question)) ??
    (maxFeatures && sameQuestion(maxFeatures, question) ? test?.maxFeatures : undefined);
  const first = found?.seeds[0];
  if (!found || !first) return '';
  const of = instances === null ? '' : ` of ${integer(instances.test)} test ${unit}s`;
  const { onlyOracleRight: full, onlyReducedRight: reduced } = first;
  const seed = found.seeds.length > 1 ? 'With the first seed, ' : '';
  const counts = `${seed}${integer(full)}${of} are right only with all neurons, ${integer(reduced)} only with these ${integer(found.size)}`;
  const ps = found.seeds.map(({ p }) => p);
  const values = ps.map(probabilityValue);
  const seeds = new Set(values).size > 1 ? `; p by seed ${listed(values)}` : `; ${probabilityText(ps[0])}`;
  return `${counts}, ${outcomeText(found.seeds)} (McNemar’s exact test${seeds}).`;
}

/** At the usual 5 %, over seeds. */
function outcomeText(seeds: readonly SeedComparison[]): string {
  const outcome = pairedOutcome(seeds);
  const certain = seeds.filter(({ p }) => p < significance).length;
  if (outcome === null || certain === 0)
    return 'a difference that chance makes often: the two probes cannot be told apart';
  const often = certain === seeds.length ? '' : ` for ${certain} of ${seeds.length} seeds`;
  if (outcome.kind === 'alike')
    return `more than chance explains${often} only: over all seeds the two probes cannot be told apart`;
  return `more than chance explains${often}: the reduced probe is ${outcome.kind}`;
}
