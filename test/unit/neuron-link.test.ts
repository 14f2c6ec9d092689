/** Links to a neuron and to a step of a presentation: which one is meant of results that have it or have not. */
import { describe, expect, test } from 'vitest';
import { presentStepNames, stepMeant } from '../../src/report/present/step-names.ts';
import type { Analysis } from '../../src/report/analysis.ts';
import { linkOfNeuron, neuronOfLink } from '../../src/ui/state/neuron-link.ts';

const result = (id: string, shape: Analysis['shape']) => ({ id, analysis: { shape } as Analysis });
const runs = [result('a', { layers: 3, hidden: 4 }), result('b', { layers: 2, hidden: 10 }), result('c', null)];

describe('a neuron', () => {
  test.each([
    ['a', 0, { layer: 0, index: 0, place: 1 }],
    ['a', 11, { layer: 2, index: 3, place: 1 }],
    ['b', 17, { layer: 1, index: 7, place: 2 }],
  ])('%s %i is said by layer, place in it and result, and found again', (id, neuron, link) => {
    expect(linkOfNeuron({ id, neuron }, runs)).toEqual(link);
    expect(neuronOfLink(link, runs)).toEqual({ id, neuron });
  });

  test.each([
    { layer: 3, index: 0, place: 1 },
    { layer: 0, index: 4, place: 1 },
    { layer: 0, index: 0, place: 3 },
    { layer: 0, index: 0, place: 4 },
    null,
  ])('%j is none of theirs', (link) => expect(neuronOfLink(link, runs)).toBeNull());

  test('of a result that is not on screen is said by no link', () => {
    expect(linkOfNeuron({ id: 'x', neuron: 1 }, runs)).toBeNull();
    expect(linkOfNeuron({ id: 'c', neuron: 1 }, runs)).toBeNull();
    expect(linkOfNeuron(null, runs)).toBeNull();
  });
});

describe('a step', () => {
  test.each([
    [presentStepNames, 'remains' as const, 3],
    [presentStepNames, 9, 5],
    [presentStepNames, 2, 1],
    [['layers', 'answer', 'try'] as const, 'clusters' as const, 0],
    [['layers', 'answer'] as const, 'try' as const, 1],
    [['answer'] as const, 'layers' as const, 0],
  ])('of %j, %j is number %i', (steps, asked, index) => expect(stepMeant(steps, asked)).toBe(index));
});
