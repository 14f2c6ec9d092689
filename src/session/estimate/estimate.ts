/**
 * What a run will take before it starts: operations counted from the model's shape and the length of a sample of rows,
 * divided by the rates that this machine reached when they were measured. Every figure is an estimate.
 */
import { rowsKept } from '../../activations/cache.ts';
import { chooseBackend } from '../../compute/open.ts';
import { beyondWasm, float32Bytes } from '../../model/wasm-room.ts';
import type { Rates } from '../../run/stage.ts';
import { expectations, usualRates } from '../stages/stage-table.ts';
import type { DeviceReport, Estimate, RunRequest } from '../contract.ts';
import { activationKey } from '../inputs/activation-key.ts';
import { readAnalysis, type AnalysisInputs, type Inputs } from '../inputs/inputs.ts';
import { quickLook, sampleSource } from '../inputs/sources.ts';
import { sum } from '../inputs/stores.ts';
import { occasionOf, outputCount, workloadOf } from './workload.ts';

const mib = 2 ** 20;

/** @throws WinnowError as the run would: of the first thing missing, or of a forced device that is not there. */
export async function estimate(request: RunRequest): Promise<Estimate> {
  const { options } = request;
  const [device, inputs] = await Promise.all([chooseBackend(options.device, options.threads), inputsOf(request)]);
  const rates = request.rates ?? usualRates(device);
  const { rows, kept, seconds } = await timeOf(inputs, options, { device, rates });
  const sampled = inputs.plan.sources.some(({ sample }) => sample !== null);
  const quick = sampled ? await timeOf({ ...inputs, plan: quickLook(inputs.plan) }, options, { device, rates }) : null;
  const width = (inputs.modelFacts.layers + 1) * inputs.modelFacts.hidden;
  const bytes = rows * width * 4;
  return {
    device,
    kept: kept / rows,
    seconds,
    quickSeconds: quick?.seconds ?? null,
    memoryBytes: Math.min(bytes, 2048 * mib) + Math.max(weightBytes(inputs), clusterBytes(width)) + 400 * mib,
    storageBytes: bytes * (1 - kept / rows),
    warnings: [...tooLarge(inputs, device), ...(await lacks(device, bytes))],
  };
}

/** @returns rows in all and those that are kept, and what their analysis takes. */
async function timeOf(
  inputs: AnalysisInputs,
  options: RunRequest['options'],
  { device, rates }: { device: DeviceReport; rates: Rates },
): Promise<{ rows: number; kept: number; seconds: number }> {
  const counts = inputs.plan.sources.map(({ data }) => outputCount(data));
  const keptOf = await keptRows(inputs, device.backend);
  const missing = keptOf.map((count, index) => Math.max(0, 1 - count / Math.max(1, counts[index])));
  const load = await workloadOf(inputs, options, missing, rates.epochs);
  const { occasion } = await occasionOf(inputs, options);
  const expected = expectations(occasion, load, rates);
  return { rows: sum(counts), kept: sum(keptOf), seconds: sum([...expected.values()].map(({ seconds }) => seconds)) };
}

let last: { identity: string; inputs: Promise<AnalysisInputs> } | null = null;

/** Inputs are read once as long as only options of the analysis change; the run itself always reads the files anew. */
function inputsOf(request: RunRequest): Promise<AnalysisInputs> {
  const files = request.files.map(({ path, file }) => [path, file.size, file.lastModified]);
  const { rows, quick, maxLength, pooling, aggregation } = request.options;
  const identity = JSON.stringify([files, request.corrections, rows, quick, maxLength, pooling, aggregation]);
  if (last?.identity !== identity) {
    const inputs = readAnalysis(request, () => undefined);
    last = { identity, inputs };
    inputs.catch(() => (last = null));
  }
  return last.inputs;
}

/** Of each source; rows of a quick look serve a run with all rows. */
async function keptRows(inputs: AnalysisInputs, backend: string): Promise<number[]> {
  const maker = inputs.vectors.from === 'files' ? 'given' : backend;
  const counts: number[] = [];
  for (const source of inputs.plan.sources) {
    const whole = await rowsKept(await activationKey(inputs, source, maker));
    const sample = inputs.vectors.from === 'model' ? sampleSource(source) : null;
    const drawn = sample === null ? 0 : await rowsKept(await activationKey(inputs, sample, maker));
    counts.push(Math.max(whole, drawn));
  }
  return counts;
}

/** Distances among all neurons, twice while they are linked; by then the weights are gone. */
function clusterBytes(width: number): number {
  return width * (width - 1) * Float64Array.BYTES_PER_ELEMENT;
}

function weightBytes({ vectors }: Inputs): number {
  if (vectors.from === 'files') return 0;
  const { model } = vectors;
  if (model.kind === 'written') return float32Bytes(model.config, model.config.layers);
  return model.weightFiles.reduce((sum, { file }) => sum + file.size, 0);
}

/** That the model does not fit where the run would be, and what would. */
function tooLarge({ vectors }: Inputs, { backend }: DeviceReport): string[] {
  if (backend !== 'wasm' || vectors.from === 'files') return [];
  const { model } = vectors;
  const error = model.kind === 'written' ? beyondWasm(model.config, model.config.layers) : null;
  return error === null ? [] : [`${error.message} ${error.next}`];
}

/** One sentence each on what this browser lacks and what that costs. */
async function lacks(device: DeviceReport, bytes: number): Promise<string[]> {
  const warnings: string[] = [];
  if (device.backend === 'wasm' && !crossOriginIsolated) {
    warnings.push(
      'This page is not cross-origin isolated, so WebAssembly runs on one thread: extraction takes about as many times longer as your machine has cores. Where the browser lets it keep its own files, the page has all threads once it is loaded again.',
    );
  }
  if (typeof indexedDB === 'undefined') {
    warnings.push('This window has no storage: activations are kept in memory only and are lost when the tab closes.');
    return warnings;
  }
  const { quota, usage } = await navigator.storage.estimate().catch(() => ({ quota: undefined, usage: 0 }));
  if (quota !== undefined && quota - (usage ?? 0) < bytes) {
    warnings.push(
      `The browser offers ${Math.round((quota - (usage ?? 0)) / mib)} MiB of storage and the activations need ${Math.round(bytes / mib)} MiB: what does not fit stays in memory until the tab closes.`,
    );
  }
  return warnings;
}
