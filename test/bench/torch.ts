/** The yardstick: the same work in PyTorch on this machine, by ../shared/reference/bench_torch.py. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../headless/serve.ts';

const script = join(root, '../shared/reference/bench_torch.py');
const python = process.env.PYTHON ?? 'python3';
const run = promisify(execFile);

/** Why PyTorch cannot be measured here, as a sentence; null when it can. */
export async function whyNoTorch(): Promise<string | null> {
  if (!existsSync(script)) return 'Not compared with PyTorch: ../shared/reference/bench_torch.py is missing.';
  try {
    await run(python, ['-c', 'import torch, transformers, tokenizers']);
    return null;
  } catch {
    return `Not compared with PyTorch: ${python} has no torch, transformers and tokenizers. Set PYTHON to one that has.`;
  }
}

export interface ExtractInputs {
  model: string;
  data: string;
  task: string;
  rows: number;
}

/** Milliseconds a row. `published`: padded to 128, batches of 32, JSON text; `best`: sorted by length, nothing written. */
export async function torchExtract(inputs: ExtractInputs, style: 'published' | 'best'): Promise<number> {
  const { model, data, task, rows } = inputs;
  const args = ['extract', '--model', model, '--data', data, '--task', task, '--rows', String(rows), '--style', style];
  return (await measure<{ perRowMs: number }>(args)).perRowMs;
}

/** Seconds to train every single-layer and every concatenated probe, one after the other, without scores. */
export async function torchProbes(rows: number, layers: number, hidden: number, classes: number): Promise<number> {
  const shape = { rows, layers, hidden, classes };
  const args = Object.entries(shape).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return (await measure<{ seconds: number }>(['probes', ...args])).seconds;
}

async function measure<T>(args: string[]): Promise<T> {
  const { stdout } = await run(python, [script, ...args], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}
