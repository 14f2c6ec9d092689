/**
 * Several things measured side by side on a machine whose pace drifts: each once a round, every round in an order of its
 * own. A round may have several turns, each a part of the work: what slows the machine for a moment then meets all alike. The
 * first round is thrown away: what runs first compiles, loads and warms caches.
 */
import type { Control } from '../base/abort.ts';
import { Mt19937 } from '../base/random.ts';

export interface TimedWork<T> {
  /** @param turn of the round, from 0. */
  measure(turn: number): Promise<T>;
  /** Work beside that of the others, for progress. */
  cost: number;
}

export interface Rounds {
  /** Rounds that count. */
  repeats: number;
  /** Of the orders. */
  seed: number;
  /** Of a round, each in an order of its own; default 1. */
  turns?: number;
}

/** So many rounds are thrown away. */
export const warmUpRounds = 1;

/** For every turn of every round, those to throw away too, each number from 0 below `count` once. */
export function roundOrders(count: number, { repeats, seed, turns = 1 }: Rounds): Int32Array[] {
  const random = new Mt19937(seed);
  return Array.from({ length: (warmUpRounds + repeats) * turns }, () => {
    const order = Int32Array.from({ length: count }, (_, index) => index);
    random.shuffle(order);
    return order;
  });
}

/**
 * Of every contender what it measured in each turn of the rounds that count, in their order. Progress counts measurements.
 * @throws whatever a contender throws; the signal's reason when aborted.
 */
export async function measureInRounds<T>(
  contenders: readonly TimedWork<T>[],
  rounds: Rounds,
  { signal, progress }: Control = {},
): Promise<T[][]> {
  const measured = contenders.map((): T[] => []);
  const { turns = 1 } = rounds;
  const orders = roundOrders(contenders.length, rounds);
  const total = orders.length * contenders.length;
  const work = orders.length * contenders.reduce((sum, { cost }) => sum + cost, 0);
  let [done, spent] = [0, 0];
  for (const [place, order] of orders.entries()) {
    for (const index of order) {
      signal?.throwIfAborted();
      const value = await contenders[index].measure(place % turns);
      if (place >= warmUpRounds * turns) measured[index].push(value);
      done += 1;
      spent += contenders[index].cost;
      progress?.(done, total, work > 0 ? spent / work : 1);
    }
  }
  return measured;
}
