/** The parts of a model that answers leave, each beside the full model: what layers alone save, and neurons with them. */
import {
  answerSizes,
  layersOfAnswer,
  neuronsOfAnswer,
  partCosts,
  wholeModel,
  type ModelPart,
  type PartCosts,
} from '../../timing/costs.ts';
import { neuronCount, type Analysis } from '../analysis.ts';
import { counted, integer, layerRange } from '../format.ts';
import { computedAnswers } from '../neurons/computed-answers.ts';

/** An answer by what is left of the model. */
export interface TimedPart {
  /** "layers 0–3, all 1,536 neurons", "42 neurons of layers 0–3". */
  title: string;
  part: ModelPart;
  costs: PartCosts;
}

/** Layers alone and neurons of every answer, each part once, the full model not among them; [] without times. */
export function timedParts(analysis: Analysis): TimedPart[] {
  const { shape } = analysis;
  if (shape === null) return [];
  const parts = new Map<string, TimedPart>();
  const add = (part: ModelPart | null, title: (part: ModelPart) => string): void => {
    const costs = part && costsOf(analysis, part);
    if (!part || !costs || part.features === neuronCount(shape)) return;
    const key = `${part.layers} ${part.features}`;
    if (!parts.has(key)) parts.set(key, { title: title(part), part, costs });
  };
  const answers = computedAnswers(analysis);
  for (const { entry } of answers) {
    add(
      layersOfAnswer(entry, shape.hidden),
      (part) => `${layerRange(part.layers)}, all ${integer(part.features)} neurons`,
    );
  }
  for (const { entry } of answers) add(neuronsOfAnswer(entry), partTitle);
  return [...parts.values()].sort((a, b) => b.part.features - a.part.features);
}

/** How many neurons the classifiers read that are to be timed for a result's answers. */
export function sizesToTime(analysis: Analysis): number[] {
  const hidden = analysis.shape?.hidden;
  return hidden === undefined ? [] : computedAnswers(analysis).flatMap(({ entry }) => answerSizes(entry, hidden));
}

function partTitle({ layers, features }: ModelPart): string {
  return `${counted(features, 'neuron')} of ${layerRange(layers)}`;
}

/** null without times. */
export function costsOf({ timing, shape }: Analysis, part: ModelPart): PartCosts | null {
  return timing && shape ? partCosts(timing, part, wholeModel(shape)) : null;
}
