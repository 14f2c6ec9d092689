/** McNemar's test in words. */
import type { Question } from '../../data/question.ts';
import type { Analysis } from '../../report/analysis.ts';
import { decimal, integer, listed } from '../../report/format.ts';
import { sameQuestion } from '../../report/neurons/question.ts';
import type { Report } from '../report.ts';
import type { McNemar } from './field.ts';

export const mcnemarReport: Report<McNemar> = {
  section: 'neurons',
  finding: (_, { analysis, question }) => (question ? mcnemarFinding(analysis, question) : ''),
};

/** A sentence a seed at most; empty where the run did not make the test for this selection. */
export function mcnemarFinding(
  { mcnemar: test, instances, unit }: Pick<Analysis, 'mcnemar' | 'instances' | 'unit'>,
  question: Question,
): string {
  const found = test?.comparisons.find((comparison) => sameQuestion(comparison, question));
  const first = found?.seeds[0];
  if (!found || !first) return '';
  const of = instances === null ? '' : ` of ${integer(instances.test)} test ${unit}s`;
  const { onlyOracleRight: full, onlyReducedRight: reduced } = first;
  const seed = found.seeds.length > 1 ? 'With the first seed, ' : '';
  const counts = `${seed}${integer(full)}${of} are right only with all neurons, ${integer(reduced)} only with these ${integer(found.size)}`;
  const ps = found.seeds.map(({ p }) => p);
  const values = [...new Set(ps.map(probabilityText))];
  const seeds = values.length > 1 ? `; p by seed ${listed(values)}` : `; p = ${values[0]}`;
  return `${counts}, ${verdictOf(found.seeds)} (McNemar’s exact test${seeds}).`;
}

/** At the usual 5 %. */
function verdictOf(seeds: McNemar['comparisons'][number]['seeds']): string {
  const clear = seeds.filter(({ p }) => p < 0.05);
  if (clear.length === 0) return 'a difference that chance makes often: the two probes cannot be told apart';
  const excess = clear.reduce((sum, one) => sum + one.onlyOracleRight - one.onlyReducedRight, 0);
  const often = clear.length === seeds.length ? '' : ` for ${clear.length} of ${seeds.length} seeds`;
  return `more than chance explains${often}: the reduced probe is ${excess > 0 ? 'worse' : 'better'}`;
}

function probabilityText(p: number): string {
  return p < 0.001 ? 'below 0.001' : p > 0.9995 ? '1' : decimal(p);
}
