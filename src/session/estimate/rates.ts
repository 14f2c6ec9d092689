/**
 * How fast this browser computes, in floating-point operations a second by stage: learned from each run, for the next
 * estimate. Before the first run, figures measured on two cores of a server stand in.
 */
import { get, set } from 'idb-keyval';
import type { DeviceReport } from '../contract.ts';
import { workNames, type Work } from './work.ts';

/** Operations a second in each stage. */
export type Rates = Work;

/** WASM's encoder rate is that of one thread. */
const startRates: Record<DeviceReport['backend'], Rates> = {
  wasm: { encoder: 20e9, probes: 5e9, similarity: 10e9, clusters: 5e9, selection: 2e9, questions: 5e9 },
  webgpu: { encoder: 1e12, probes: 2e10, similarity: 1e12, clusters: 5e9, selection: 5e9, questions: 2e10 },
};

const storageKey = ({ backend, threads }: Place): string => `winnow-rates-1/${backend}/${threads}`;

type Place = Pick<DeviceReport, 'backend' | 'threads'>;

export async function loadRates(place: Place): Promise<Rates> {
  const start = startRates[place.backend];
  const threads = place.backend === 'wasm' ? place.threads : 1;
  return { ...start, encoder: start.encoder * threads, ...(await learned(place)) };
}

/** How long the work takes. */
export function secondsFor(work: Work, rates: Rates): number {
  return workNames.reduce((sum, stage) => sum + work[stage] / rates[stage], 0);
}

/**
 * Keeps what a run reached.
 * @param seconds by stage; a stage that did nothing (all rows were kept) teaches nothing.
 */
export async function learnRates(place: Place, work: Work, seconds: Work): Promise<void> {
  const rates: Partial<Rates> = {};
  for (const stage of workNames) {
    if (work[stage] > 0 && seconds[stage] > 0) rates[stage] = work[stage] / seconds[stage];
  }
  try {
    await set(storageKey(place), { ...(await learned(place)), ...rates });
  } catch {
    // Without storage the next estimate starts from the same figures again.
  }
}

async function learned(place: Place): Promise<Partial<Rates>> {
  try {
    return (await get<Partial<Rates>>(storageKey(place))) ?? {};
  } catch {
    // A private window without storage has learned nothing.
    return {};
  }
}
