/**
 * A result as steps for a screen that many look at: which layers know, which are alike, what clusters, what remains, the
 * answer, the field to try it. Sentences and pictures are those of the result's own page; a step that the file has nothing
 * for is left out, the answer never.
 */
import type { Split } from '../../data/scores.ts';
import type { ScoreName } from '../../data/tasks.ts';
import type { NamedAnalysis } from '../analysis.ts';
import type { Figure, NeuronsChart } from '../chart.ts';
import { clusterFigures, type Clustered } from '../clusters/figures.ts';
import { layerFigures } from '../layers/figure.ts';
import { pathFinding } from '../neurons/answer.ts';
import { fateChart, type Answered } from '../neurons/fates.ts';
import { sectionTexts } from '../sections.ts';
import type { Verdict } from '../verdict/verdict.ts';

export type PresentStep = { title: string; sentences: string[] } & (
  | { name: 'layers' | 'similarity' | 'clusters'; figure: Figure }
  /** Played layer by layer (winnowing.ts); this is its end. */
  | { name: 'remains'; chart: NeuronsChart }
  | { name: 'answer'; verdict: Verdict }
  | { name: 'try' }
);

export interface Presented {
  result: NamedAnalysis;
  metric: ScoreName;
  split: Split;
  /** How alike layers are, as its section has it. */
  similarity: { findings: string[]; figures: Figure[] };
  /** Its neurons at the question that is shown; null where nobody looked at neurons. */
  answered: Answered | null;
  /** Its clusters at a threshold that makes some; null where there are none. */
  clustered: Clustered | null;
  verdict: Verdict;
  /** Whether there is a smaller model to be asked. */
  canTry: boolean;
}

export function presentSteps(presented: Presented): PresentStep[] {
  const { verdict, canTry } = presented;
  return [
    ...layerSteps(presented),
    ...similaritySteps(presented),
    ...clusterSteps(presented),
    ...remainsSteps(presented),
    { name: 'answer', title: 'The answer', sentences: [], verdict },
    ...(canTry ? [{ name: 'try' as const, title: 'Try it', sentences: [] }] : []),
  ];
}

function layerSteps({ result, metric, split }: Presented): PresentStep[] {
  const { findings, figures } = layerFigures([result], metric, split);
  return figures.slice(0, 1).map((figure) => {
    return { name: 'layers', title: sectionTexts.layers.title, sentences: findings, figure };
  });
}

/** The first measure's map: the others say the same of the same layers. */
function similaritySteps({ similarity: { findings, figures } }: Presented): PresentStep[] {
  const sentences = findings.filter((text) => text !== '');
  return figures.slice(0, 1).map((figure) => {
    return { name: 'similarity', title: sectionTexts.similarity.title, sentences, figure };
  });
}

function clusterSteps({ clustered }: Presented): PresentStep[] {
  if (clustered === null) return [];
  const { findings, maps } = clusterFigures([clustered], 1);
  return maps.map((figure) => {
    return { name: 'clusters', title: sectionTexts.clusters.title, sentences: findings, figure };
  });
}

function remainsSteps({ answered }: Presented): PresentStep[] {
  if (answered === null || answered.map === null) return [];
  const { answer, question, result, map } = answered;
  const path = pathFinding(answer, question, result.analysis);
  const chart = fateChart(map, 'fate', `Neurons of ${result.title} by layer. ${path}`);
  return [{ name: 'remains', title: 'What remains of the model', sentences: [path], chart }];
}

/** "Step 2 of 6: Which layers say the same?" */
export function stepInWords(steps: readonly PresentStep[], index: number): string {
  return `Step ${index + 1} of ${steps.length}: ${steps[index]?.title ?? ''}`;
}
