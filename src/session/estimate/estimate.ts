/**
 * What a run will take before it starts: arithmetic operations counted from the model's shape and the length of a sample
 * of rows, divided by the rates that this browser reached in its last run. Every figure is an estimate.
 */
import { rowsKept } from '../../activations/cache.ts';
import { chooseBackend } from '../../compute/open.ts';
import { costedStages } from '../stages/stage-table.ts';
import type { DeviceReport, Estimate, RunRequest } from '../contract.ts';
import { encodeSource } from '../inputs/encode.ts';
import { activationKey, readAnalysis, type AnalysisInputs, type Inputs } from '../inputs/inputs.ts';
import type { RowSource, SourceRows } from '../inputs/sources.ts';
import { secondsFor } from './rates.ts';
import { occasionOf, workloadOf } from './workload.ts';

const sampleRows = 200;
const mib = 2 ** 20;

/** @throws WinnowError as the run would: of the first thing missing, or of a forced device that is not there. */
export async function estimate(request: RunRequest): Promise<Estimate> {
  const { options } = request;
  const [device, inputs] = await Promise.all([chooseBackend(options.device, options.threads), inputsOf(request)]);
  const { sources } = inputs.plan;
  const rows = sources.reduce((sum, { data }) => sum + outputCount(data), 0);
  const sentences = sources.reduce((sum, { data }) => sum + data.rows.length, 0);
  const kept = await keptRows(inputs, device.backend);
  const tokens = await meanTokens(inputs, sources);
  const extracted = sentences * (1 - kept / rows);
  const load = workloadOf(inputs, options, tokens, { extracted, analysed: rows });
  const seconds = await secondsFor(costedStages(occasionOf(inputs, options)), load, device);
  const width = (inputs.modelFacts.layers + 1) * inputs.modelFacts.hidden;
  const bytes = rows * width * 4;
  return {
    device,
    kept: kept / rows,
    seconds,
    memoryBytes: Math.min(bytes, 2048 * mib) + Math.max(weightBytes(inputs), clusterBytes(width)) + 400 * mib,
    storageBytes: bytes * (1 - kept / rows),
    warnings: await lacks(device, bytes),
  };
}

let last: { identity: string; inputs: Promise<AnalysisInputs> } | null = null;

/** Inputs are read once as long as only options of the analysis change; the run itself always reads the files anew. */
function inputsOf(request: RunRequest): Promise<AnalysisInputs> {
  const files = request.files.map(({ path, file }) => [path, file.size, file.lastModified]);
  const { rows, maxLength, aggregation } = request.options;
  const identity = JSON.stringify([files, request.corrections, rows, maxLength, aggregation]);
  if (last?.identity !== identity) {
    const inputs = readAnalysis(request, () => undefined);
    last = { identity, inputs };
    inputs.catch(() => (last = null));
  }
  return last.inputs;
}

/** Mean tokens a sentence, from the first of each source. */
async function meanTokens({ vectors }: Inputs, sources: readonly RowSource[]): Promise<number> {
  if (vectors.from === 'files') return 0;
  let tokens = 0;
  let sentences = 0;
  for (const { data } of sources) {
    const first = { ...data, rows: data.rows.slice(0, sampleRows) } as SourceRows;
    const { rows } = await encodeSource(vectors.tokenizer, first, vectors);
    tokens += rows.ids.length;
    sentences += rows.rows;
  }
  return tokens / Math.max(1, sentences);
}

/** Sentences, or words where these are labelled. */
function outputCount(data: SourceRows): number {
  if (data.kind === 'sentence') return data.rows.length;
  return data.rows.reduce((sum, { words }) => sum + words.length, 0);
}

async function keptRows(inputs: AnalysisInputs, backend: string): Promise<number> {
  let rows = 0;
  const maker = inputs.vectors.from === 'files' ? 'given' : backend;
  for (const source of inputs.plan.sources) rows += await rowsKept(await activationKey(inputs, source, maker));
  return rows;
}

/** Distances among all neurons, twice while they are linked; by then the weights are gone. */
function clusterBytes(width: number): number {
  return width * (width - 1) * Float64Array.BYTES_PER_ELEMENT;
}

function weightBytes({ vectors }: Inputs): number {
  return vectors.from === 'files' ? 0 : vectors.model.weightFiles.reduce((sum, { file }) => sum + file.size, 0);
}

/** One sentence each on what this browser lacks and what that costs. */
async function lacks(device: DeviceReport, bytes: number): Promise<string[]> {
  const warnings: string[] = [];
  if (device.backend === 'wasm' && !crossOriginIsolated) {
    warnings.push(
      'This page is not cross-origin isolated, so WebAssembly runs on one thread: extraction takes about as many times longer as your machine has cores.',
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
