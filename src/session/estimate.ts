/**
 * What a run will take before it starts: arithmetic operations counted from the model's shape and the length of a sample
 * of rows, divided by the rates that this browser reached in its last run. Every figure is an estimate.
 */
import { rowsKept } from '../activations/cache.ts';
import { chooseBackend } from '../compute/open.ts';
import { encodeRows } from '../model/tokenize.ts';
import type { DeviceReport, Estimate, RunRequest } from './contract.ts';
import { activationKey, readInputs, workShape, type DataPart, type Inputs } from './inputs.ts';
import { loadRates, secondsFor } from './rates.ts';
import { countWork } from './work.ts';

const sampleRows = 200;
const mib = 2 ** 20;

/** @throws WinnowError as the run would: of the first thing missing, or of a forced device that is not there. */
export async function estimate(request: RunRequest): Promise<Estimate> {
  const { options } = request;
  const [device, inputs] = await Promise.all([chooseBackend(options.device, options.threads), inputsOf(request)]);
  const parts = [...inputs.parts.values()];
  const rows = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const kept = await keptRows(inputs, device.backend);
  const rates = await loadRates(device);
  const shape = workShape(inputs);
  const tokens = await meanTokens(inputs, parts);
  const seconds = secondsFor(countWork(shape, tokens, { extracted: rows - kept, analysed: rows }, options), rates);
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

let last: { identity: string; inputs: Promise<Inputs> } | null = null;

/** Inputs are read once as long as only options of the analysis change; the run itself always reads the files anew. */
function inputsOf(request: RunRequest): Promise<Inputs> {
  const files = request.files.map(({ path, file }) => [path, file.size, file.lastModified]);
  const { rows, maxLength } = request.options;
  const identity = JSON.stringify([files, request.corrections, rows, maxLength]);
  if (last?.identity !== identity) {
    const inputs = readInputs(request, ['train', 'dev'], () => undefined);
    last = { identity, inputs };
    inputs.catch(() => (last = null));
  }
  return last.inputs;
}

/** Mean tokens a row, from the first rows of each file. */
async function meanTokens(inputs: Inputs, parts: readonly DataPart[]): Promise<number> {
  const sample = parts.flatMap(({ instances }) => instances.slice(0, sampleRows));
  const encoded = await encodeRows(inputs.tokenizer, sample, inputs.maxLength);
  return encoded.ids.length / sample.length;
}

async function keptRows(inputs: Inputs, backend: string): Promise<number> {
  let rows = 0;
  for (const part of inputs.parts.values()) {
    const name = part.role === 'train' ? 'split' : 'file';
    const ordering = { name, rows: part.labels.length, backend } as const;
    rows += await rowsKept(await activationKey(inputs, part, ordering));
  }
  return rows;
}

/** Distances among all neurons, twice while they are linked; by then the weights are gone. */
function clusterBytes(width: number): number {
  return width * (width - 1) * Float64Array.BYTES_PER_ELEMENT;
}

function weightBytes(inputs: Inputs): number {
  return inputs.model.weightFiles.reduce((sum, { file }) => sum + file.size, 0);
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
