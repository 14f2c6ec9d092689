/**
 * How fast this browser computes, in floating-point operations a second by stage: learned from each run, for the next
 * estimate. Before the first run, each stage's own figure stands in.
 */
import { get, set } from 'idb-keyval';
import type { RunFile } from '../../run/run-file.ts';
import type { CostedStage, Workload } from '../../run/stage.ts';
import type { DeviceReport } from '../contract.ts';

/** Operations a second by the stage's name. */
type Rates = Record<string, number>;
type Place = Pick<DeviceReport, 'backend' | 'threads'>;

const storageKey = ({ backend, threads }: Place): string => `winnow-rates-2/${backend}/${threads}`;

/** How long the stages take at a place, as far as is known. */
export async function secondsFor(stages: readonly CostedStage[], load: Workload, place: Place): Promise<number> {
  const rates = await learnedRates(place);
  return stages.reduce((sum, { name, operations, rate }) => sum + operations(load) / (rates[name] ?? rate(place)), 0);
}

/**
 * Keeps what a run reached.
 * @param timings of its stages; one that did nothing (all rows were kept) teaches nothing.
 */
export async function learnRates(
  stages: readonly CostedStage[],
  load: Workload,
  timings: RunFile['timings'],
  place: Place,
): Promise<void> {
  const rates: Rates = {};
  for (const { name, operations } of stages) {
    const ms = timings.find(({ stage }) => stage === name)?.ms ?? 0;
    const work = operations(load);
    if (work > 0 && ms > 0) rates[name] = (work / ms) * 1000;
  }
  try {
    await set(storageKey(place), { ...(await learnedRates(place)), ...rates });
  } catch {
    // Without storage the next estimate starts from the same figures again.
  }
}

async function learnedRates(place: Place): Promise<Rates> {
  try {
    return (await get<Rates>(storageKey(place))) ?? {};
  } catch {
    // A private window without storage has learned nothing.
    return {};
  }
}
