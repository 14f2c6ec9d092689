/** What a smaller model keeps: names of answers, choices as they are typed, and what a run or its model does not have. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.ts';
import { answerName, chosenSet, namedAnswers, parseLayers, parseNeurons } from '../../src/reduced/choice.ts';
import { claimOf, keptHead } from '../../src/reduced/kept-head.ts';
import { parseRun, type KeptProbe, type RunFile, type SelectionEntry } from '../../src/run/run-file.ts';

/** 6 layers of 80 neurons. */
const demo = parseRun(readFileSync('public/demo/reviews/result.json', 'utf8'), 'result.json');

/** Little-endian float32 by Node. */
function base64(...values: number[]): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64');
}

const probe: KeptProbe = {
  ...{ seed: 1, train: { accuracy: 0.9 }, dev: { accuracy: 0.8 }, test: { accuracy: null } },
  ...{ weight: base64(1, -2, 0.5, 3, 4, 5), bias: base64(0.25, -0.25) },
};

function withAnswer(minimalSet: Partial<SelectionEntry['minimalSet']>): RunFile {
  const [first, ...rest] = demo.selection ?? [];
  return { ...demo, selection: [{ ...first, minimalSet: { ...first.minimalSet, ...minimalSet } }, ...rest] };
}

function refusal(work: () => unknown): Pick<WinnowError, 'code' | 'message'> {
  try {
    work();
  } catch (error) {
    if (error instanceof WinnowError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('was not refused');
}

describe('answers', () => {
  test('have their losses and threshold as names, in the order of the result; the finer grid is last', () => {
    const names = ['3:1:-1', '3:1:0.3', '2:1:-1', '2:1:0.3', '1:1:-1', '1:1:0.3'];
    const maxFeatures = demo.selection?.[0];
    expect([...namedAnswers({ ...demo, maxFeatures }).keys()]).toEqual([...names, 'max-features']);
    expect(answerName({ deltas: { layers: 0.5, neurons: 0 }, threshold: 0.25 })).toBe('0.5:0:0.25');
    expect(answerName('max features')).toBe('max-features');
  });

  test.each(['3:1:-1', ' 3:1:−1 ', '3.0:01:-1'])(
    '%j: its neurons in the order of the probe, and the probe',
    (answer) => {
      const neurons = [
        { layer: 2, index: 7 },
        { layer: 0, index: 79 },
        { layer: 1, index: 0 },
      ];
      const run = withAnswer({ size: 3, neurons, probe });
      expect(chosenSet(run, { kind: 'answer', answer })).toEqual({
        ...{ neurons: Int32Array.of(167, 79, 80), name: '3:1:-1', probe },
      });
    },
  );

  test('one whose probe was left out is known without it', () => {
    const run = withAnswer({ probe: undefined });
    expect(chosenSet(run, { kind: 'answer', answer: '3:1:-1' }).probe).toBeNull();
  });

  test.each(['3:1:0.31', '3:1', 'max-features', '', '3:1:0.3:1', 'x:1:0.3'])(
    '%j is refused with those there are',
    (answer) => {
      const { code, message } = refusal(() => chosenSet(demo, { kind: 'answer', answer }));
      expect(code).toBe('bad-option');
      expect(message).toContain('it has 3:1:-1, 3:1:0.3, 2:1:-1, 2:1:0.3, 1:1:-1, 1:1:0.3.');
    },
  );

  test('of a run without any, and of one that keeps no neuron: a sentence each', () => {
    const none = { ...demo, selection: undefined, maxFeatures: undefined };
    expect(refusal(() => chosenSet(none, { kind: 'answer', answer: '3:1:-1' })).message).toMatch(
      /^The run holds no answers/,
    );
    const empty = withAnswer({ size: 0, neurons: [] });
    expect(refusal(() => chosenSet(empty, { kind: 'answer', answer: '3:1:-1' })).message).toMatch(/keeps no neuron/);
  });
});

describe('layers', () => {
  test.each([
    ['4', 0, 4],
    [' 0 ', 0, 0],
    ['2-4', 2, 4],
    ['3–3', 3, 3],
  ])('%j', (text, first, last) => {
    expect(parseLayers(text)).toEqual({ kind: 'layers', first, last });
  });

  test.each(['', '-1', '1.5', '1-', 'all', '0-1-2'])('%j is none', (text) => {
    expect(parseLayers(text)).toBeNull();
  });

  test('are all of their neurons', () => {
    const { neurons, name, probe: none } = chosenSet(demo, { kind: 'layers', first: 2, last: 3 });
    expect([neurons.length, neurons[0], neurons.at(-1), name, none]).toEqual([160, 160, 319, null, null]);
  });

  test.each([
    [0, 7, 'Layers 0 to 7 were chosen, and the model has layers 0 to 6.'],
    [7, 7, 'Layer 7 was chosen, and the model has layers 0 to 6.'],
    [3, 2, 'Layers 3 to 2 were chosen, and the model has layers 0 to 6.'],
    [-1, 2, 'Layers -1 to 2 were chosen, and the model has layers 0 to 6.'],
  ])('%d to %d are refused', (first, last, message) => {
    expect(refusal(() => chosenSet(demo, { kind: 'layers', first, last }))).toEqual({ code: 'bad-option', message });
  });
});

describe('neurons', () => {
  test.each(['5 85\n1:5', '[5, 85, 85]', '0:5;1:5\r\n', '5,,85,'])('%j', (text) => {
    const choice = parseNeurons(text, demo.model, 'mine.txt');
    expect(chosenSet(demo, choice).neurons).toEqual(Int32Array.of(5, 85));
  });

  test.each([
    ['5 x', '`x` in `mine.txt` is no neuron.'],
    ['-3', '`-3` in `mine.txt` is no neuron.'],
    ['1.5', '`1.5` in `mine.txt` is no neuron.'],
    ['1:80', '`1:80` in `mine.txt` is no neuron: a layer has neurons 0 to 79.'],
    [' \n', '`mine.txt` names no neuron.'],
  ])('%j is refused', (text, message) => {
    expect(refusal(() => parseNeurons(text, demo.model, 'mine.txt'))).toEqual({ code: 'bad-option', message });
  });

  test.each([560, -1])('%d is outside the model', (neuron) => {
    const message = `Neuron ${neuron} is kept, and the model has neurons 0 to 559.`;
    expect(refusal(() => chosenSet(demo, { kind: 'neurons', neurons: [3, neuron] }))).toEqual({
      code: 'bad-option',
      message,
    });
  });
});

describe('the probe of a run', () => {
  const neurons = Int32Array.of(167, 79, 80);

  test('becomes the head', () => {
    const head = keptHead(neurons, probe, 2);
    expect(head).toEqual({
      ...{ neurons, weight: Float32Array.of(1, -2, 0.5, 3, 4, 5), bias: Float32Array.of(0.25, -0.25) },
    });
  });

  test.each([
    [{ weight: base64(1, 2, 3) }, 2],
    [{ bias: base64(1) }, 2],
    [{ weight: base64(1, -2, Infinity, 3, 4, 5) }, 2],
    [{ weight: 'AAA=' }, 2],
    [{}, 3],
  ])('is refused damaged: %j for %d outputs', (damage, outputs) => {
    expect(refusal(() => keptHead(neurons, { ...probe, ...damage }, outputs)).code).toBe('bad-file');
  });

  test('is claimed with its own scores and the mean of the oracle, on the machine where it was trained', () => {
    const claim = claimOf(demo, '3:1:-1', probe, null);
    expect(claim).toMatchObject({
      answer: '3:1:-1',
      seed: 1,
      scores: { dev: { accuracy: 0.8 }, test: { accuracy: null } },
    });
    expect(claim.run).toEqual({ created: demo.created, protocol: 'refined' });
    expect(claim.oracle?.test?.accuracy).toBe(demo.oracle.test.accuracy?.mean);
    expect(claim.device).toMatch(/^WebAssembly, \d+ threads?, Chrome /);
    expect(claim.anew).toBeUndefined();
    const gpu = { backend: 'webgpu', adapter: 'made up', threads: 1, browser: 'Chrome 1' } as const;
    expect(claimOf(demo, null, probe, gpu)).toMatchObject({
      answer: null,
      anew: true,
      device: 'WebGPU (made up), Chrome 1',
    });
  });
});
