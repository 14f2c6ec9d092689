import { describe, expect, test } from 'vitest';
import type { ProbeSpec } from '../../src/compute/device.ts';
import { referenceDevice } from '../../src/compute/reference/device.ts';
import { partCount, SplitTrainer } from '../../src/compute/split-trainer.ts';
import { takeSteps, type TrainerApart } from '../../src/compute/threads.ts';
import { trainingCase } from '../fixtures/training.ts';

const reference = referenceDevice();

function apart(spec: ProbeSpec): TrainerApart {
  const trainer = reference.probeTrainer(spec);
  return {
    steps: (group) => takeSteps(trainer, spec, group),
    takeLosses: () => trainer.takeLosses(),
    scores: (data, rows) => trainer.scores(data, rows),
    weights: () => trainer.weights(),
    adam: () => trainer.adam(),
    dispose: () => trainer.dispose(),
  };
}

describe('a trainer in parts', () => {
  test.each([1, 2, 3, 5])('%i: the numbers of one trainer with all probes', async (count) => {
    const { spec, batches } = trainingCase({ layers: 3, hidden: 4, outputs: 3 });
    const made: ProbeSpec[] = [];
    const parts = new SplitTrainer(spec, count, (own) => {
      made.push(own);
      return apart(own);
    });
    expect(made).toHaveLength(count);
    const whole = reference.probeTrainer(spec);
    for (const { data, labels, rows } of batches) {
      await whole.step(data, labels, rows);
      await parts.step(data, labels, rows);
    }
    expect(await parts.takeLosses()).toEqual(await whole.takeLosses());
    expect(await parts.weights()).toEqual(await whole.weights());
    const [{ data, rows }] = batches;
    expect(await parts.scores(data, rows)).toEqual(await whole.scores(data, rows));
  });

  test('many batches in groups, the last not full, a short one among them, and what comes in between', async () => {
    const { spec, batches } = trainingCase({ layers: 3, hidden: 4, outputs: 3 });
    const groups: number[][] = [];
    const parts = new SplitTrainer(spec, 2, (own) => {
      const trainer = apart(own);
      return {
        ...trainer,
        steps(group) {
          groups.push([...group.rows]);
          return trainer.steps(group);
        },
      };
    });
    const whole = reference.probeTrainer(spec);
    const many = Array.from({ length: 21 }, (_, i) => ({
      ...batches[i % batches.length],
      rows: i === 3 ? 2 : spec.batchSize,
    }));
    for (const [i, { data, labels, rows }] of many.entries()) {
      await whole.step(data, labels, rows);
      // The caller's arrays may be overwritten as soon as a step was handed in.
      const [ownData, ownLabels] = [data.slice(), labels.slice()];
      await parts.step(ownData, ownLabels, rows);
      ownData.fill(NaN);
      ownLabels.fill(0);
      if (i === 9) expect(await parts.scores(data, rows)).toEqual(await whole.scores(data, rows));
    }
    expect(await parts.takeLosses()).toEqual(await whole.takeLosses());
    expect(await parts.weights()).toEqual(await whole.weights());
    expect(await parts.adam()).toEqual(await whole.adam());
    const taken = groups.filter((_, at) => at % 2 === 0).flat();
    expect(taken).toEqual(many.map(({ rows }) => rows));
    expect(groups.length).toBeLessThan(many.length);
  });

  test('the largest probe first, each to the part that has least to do', () => {
    const { spec } = trainingCase({ layers: 3, hidden: 4, outputs: 3 });
    const made: ProbeSpec[] = [];
    new SplitTrainer(spec, 3, (own) => {
      made.push(own);
      return apart(own);
    });
    const widths = made.map(({ probes }) => probes.map(({ first, last }) => last - first + 1));
    expect(widths).toEqual([[3], [1, 2], [1, 1]]);
  });

  test('a part that fails fails the whole', async () => {
    const { spec, batches } = trainingCase({ layers: 3, hidden: 4, outputs: 3 });
    let count = 0;
    const parts = new SplitTrainer(spec, 2, (own) => {
      const trainer = apart(own);
      return ++count === 2 ? { ...trainer, steps: () => Promise.reject(new Error('gone')) } : trainer;
    });
    const [{ data, labels, rows }] = batches;
    await parts.step(data, labels, rows);
    await expect(parts.takeLosses()).rejects.toThrow('gone');
    await expect(parts.weights()).rejects.toThrow('gone');
  });
});

describe('how many parts', () => {
  const count = (hidden: number, outputs: number, most: number) =>
    partCount(trainingCase({ layers: 3, hidden, outputs }).spec, most);
  test('few weights are not worth a thread', () => expect(count(10, 60, 8)).toBe(1));
  test('few weights a feature are not worth reading all features twice', () => expect(count(40_000, 3, 8)).toBe(1));
  test('no more than threads', () => expect(count(400, 60, 2)).toBe(2));
  test('no more than the largest probe leaves work for', () => expect(count(400, 60, 8)).toBe(3));
});
