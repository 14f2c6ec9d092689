/**
 * Several things measured side by side on a machine whose pace drifts: each once a round, every round in an order of its
 * own. The first round is thrown away: what runs first compiles, loads and warms caches.
 */
import type { Control } from '../base/abort.ts';
import { Mt19937 } from '../base/random.ts';

export interface TimedWork<T> {
  measure(): Promise<T>;
  /** Work beside that of the others, for progress. */
  cost: number;
}

export interface Rounds {
  /** Rounds that count. */
  repeats: number;
  /** Of the orders. */
  seed: number;
}

/** So many rounds are thrown away. */
export const warmUpRounds = 1;

/** For every round, those to throw away too, each number from 0 below `count` once. */
export function roundOrders(count: number, { repeats, seed }: Rounds): Int32Array[] {
  const random = new Mt19937(seed);
  return Array.from({ length: warmUpRounds + repeats }, () => {
    const order = Int32Array.from({ length: count }, (_, index) => index);
    random.shuffle(order);
    return order;
  });
}

/**
 * Of every contender what it measured in each round that counts, in the order of rounds. Progress counts measurements.
 * @throws whatever a contender throws; the signal's reason when aborted.
 */
export async function measureInRounds<T>(
  contenders: readonly TimedWork<T>[],
  rounds: Rounds,
  { signal, progress }: Control = {},
): Promise<T[][]> {
  const measured = contenders.map((): T[] => []);
  const orders = roundOrders(contenders.length, rounds);
  const total = orders.length * contenders.length;
  const work = orders.length * contenders.reduce((sum, { cost }) => sum + cost, 0);
  let [done, spent] = [0, 0];
  for (const [round, order] of orders.entries()) {
    for (const index of order) {
      signal?.throwIfAborted();
      const value = await contenders[index].measure();
      if (round >= warmUpRounds) measured[index].push(value);
      done += 1;
      spent += contenders[index].cost;
      progress?.(done, total, work > 0 ? spent / work : 1);
    }
  }
  return measured;
}
