/** A tour of a result in six steps: what each part of the page says, with the numbers of this very result. */
import type { Analysis } from './analysis.ts';
import { neuronCount } from './analysis.ts';
import { counted, integer, scoreText, scoreTitles } from './format.ts';
import { computedAnswers } from './neurons/computed-answers.ts';
import { meanOf } from './scores.ts';
import { bestSingleLayer } from './verdict/checks.ts';
import { headlineOf } from './verdict/headline.ts';

/** The part of the page that a step is about. */
export type TourPlace = 'answer' | 'answers' | 'map' | 'question' | 'layers' | 'made';

export interface TourStep {
  place: TourPlace;
  title: string;
  text: string;
}

export function tourSteps(analysis: Analysis): TourStep[] {
  return [
    { place: 'answer', title: 'The answer, in one sentence', text: answerText(analysis) },
    { place: 'answers', title: 'Every answer that was computed', text: answersText(analysis) },
    { place: 'map', title: 'The model, neuron by neuron', text: mapText(analysis) },
    {
      place: 'question',
      title: 'Ask for yourself',
      text: 'Three sliders make the question: how much score may be lost by leaving out layers, how alike neurons must be to count as one, and how much more may be lost by leaving out neurons.',
    },
    { place: 'layers', title: 'A section for each question', text: layersText(analysis) },
    {
      place: 'made',
      title: 'Nothing to take on trust',
      text: 'Files, options, seeds and times stand here, so that others can repeat the run. Every figure can be saved as it is, with the numbers behind it.',
    },
  ];
}

function answerText({ instances, seeds, unit }: Analysis): string {
  const rows = instances ? ` ${counted(instances.test, `test ${unit}`)} and` : '';
  return `Read this line first: does the model know the task, how much of it is needed, and what speaks against that. It rests on${rows} ${counted(seeds, 'seed')}, as the small print says.`;
}

function answersText(analysis: Analysis): string {
  const sizes = computedAnswers(analysis).map(({ size }) => size);
  const worse = headlineOf(analysis)?.worse ?? 0;
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const range = least === most ? `${counted(most, 'neuron')}` : `${integer(least)} to ${counted(most, 'neuron')}`;
  const crossed = worse === 0 ? '' : ` Crosses mark those that are worse than the probe on all neurons.`;
  return `Each mark is one answer, ${range}: left is smaller, up is better.${crossed} Choose a mark, or use the arrow keys, and the whole page follows.`;
}

function mapText({ shape }: Analysis): string {
  if (shape === null) return 'Each cell is a neuron. Full cells are kept; the other shapes say what took the rest out.';
  const { layers, hidden } = shape;
  return `Each of the ${integer(neuronCount(shape))} cells is a neuron, ${integer(hidden)} in each of ${counted(layers, 'layer')} (layer 0 is the embeddings). Full cells are kept; the other shapes say what took the rest out.`;
}

function layersText(analysis: Analysis): string {
  const { metric } = analysis;
  const best = bestSingleLayer(analysis);
  const score = best && meanOf(best.scores, 'test', metric);
  const found =
    best && score !== null
      ? ` Here it is the layers: the best one alone, chosen on dev, is layer ${best.layer} with ${scoreTitles[metric]} ${scoreText(score, metric)} on test.`
      : ' Here it is the layers.';
  return `Below, each section asks one question and answers it with a sentence and figures.${found} Keys 1 to 5 jump between them, and dotted words explain themselves.`;
}
