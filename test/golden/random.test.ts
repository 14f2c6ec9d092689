import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { linearStart, Mt19937, numpyShuffle } from '../../src/base/random.ts';
import golden from '../fixtures/data/random.json' with { type: 'json' };
import split from '../fixtures/data/split.json' with { type: 'json' };

describe('as numpy.random.RandomState', () => {
  test.each(golden.words)('the first words of seed $seed', ({ seed, words }) => {
    const random = new Mt19937(seed);
    expect(words.map(() => random.uint32())).toEqual(words);
  });

  test.each(golden.numpy)('seed $seed: shuffle of $n, then choices go on', ({ seed, n, order, choices, after }) => {
    const random = new Mt19937(seed);
    const shuffled = Array.from({ length: n }, (_, i) => i);
    random.shuffle(shuffled);
    expect(shuffled).toEqual(order);
    const drawn = choices.map(({ size }) => random.choice(Array.from({ length: size }, (_, i) => i)));
    expect(drawn).toEqual(choices.map(({ chosen }) => chosen));
    expect(random.uint32()).toBe(after);
  });

  test.each(Object.entries(split.n))('the split of %s rows', (n, expected) => {
    const order = numpyShuffle(split.seed, Number(n));
    expect([...order.subarray(0, 12)]).toEqual(expected.first);
    expect([...order.subarray(-12)]).toEqual(expected.last);
    expect(createHash('sha256').update(order).digest('hex')).toBe(expected.sha256_int32le);
  });
});

describe('as torch.nn.Linear', () => {
  test.each(golden.linear)('seed $seed, $features × $outputs', ({ seed, features, outputs, weights, bias, sha256 }) => {
    const start = linearStart(seed, features, outputs);
    expect([...start.weights.subarray(0, 4)]).toEqual(weights);
    expect([...start.bias.subarray(0, 4)]).toEqual(bias);
    const digest = createHash('sha256').update(start.weights).update(start.bias).digest('hex');
    expect(digest).toBe(sha256);
  });
});
