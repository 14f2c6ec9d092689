/** What an `analyze` command line means: files, what is said of them, and options. */
import type { RunOptions } from '../src/session/contract.ts';
import { findDemo } from './demo.ts';
import { collectInputs, type Collected } from './inputs.ts';
import type { AnalyzeCommand } from './options.ts';

/** What the command line says outranks an experiment configuration, and that the defaults. */
export async function analysisInputs({
  inputs,
  options,
  given,
}: AnalyzeCommand): Promise<Collected & { options: RunOptions }> {
  if (inputs === null) return { inputs: (await findDemo()).inputs, corrections: {}, options };
  const collected = await collectInputs(inputs);
  return { ...collected, options: { ...options, ...collected.options, ...given } };
}
