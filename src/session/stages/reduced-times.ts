/**
 * How long a smaller model's file takes a row, beside the whole model: the same batches go through both, in rounds of their
 * own order, so that a machine that drifts favours neither. Lengths are the rows' own.
 */
import { planBatches } from '../../activations/batches.ts';
import { fillBatch } from '../../activations/fill.ts';
import type { Control } from '../../base/abort.ts';
import type { Encoder, TokenBatch } from '../../model/encoder.ts';
import type { Spread } from '../../run/run-file.ts';
import { measureInRounds } from '../../timing/rounds.ts';
import { spreadOf } from '../../timing/spread.ts';
import type { EncodedRows } from '../../tokenizer/rows.ts';

const repeats = 9;
/** What a round of one model is to take, about. */
const roundMs = 300;
/** That say how many make a round. */
const triedBatches = 4;

/**
 * @param models the slowest last
 * @returns milliseconds a row of each model. Progress counts measurements.
 */
export async function timesInTurn(
  models: readonly Encoder[],
  rows: EncodedRows,
  control: Control = {},
): Promise<Spread[]> {
  const batches = batchesOf(models, rows);
  const tried = spreadOver(batches, triedBatches);
  const slowest = models[models.length - 1];
  await timeOf(slowest, tried.slice(0, 1));
  const each = (await timeOf(slowest, tried)) / tried.length;
  const chosen = spreadOver(batches, Math.ceil(roundMs / each));
  const count = chosen.reduce((sum, batch) => sum + batch.rows, 0);
  const contenders = models.map((model) => {
    return { measure: async () => (await timeOf(model, chosen)) / count, cost: 1 };
  });
  const measured = await measureInRounds(contenders, { repeats, seed: 0 }, control);
  return measured.map(spreadOf);
}

function batchesOf(models: readonly Encoder[], rows: EncodedRows): TokenBatch[] {
  const [first] = models;
  const maxLength = Math.min(...models.map((model) => model.maxLength));
  const unpadded = models.some((model) => model.unpadded);
  const planned = planBatches(rows.offsets, 0, rows.rows, { backend: first.backend, maxLength, unpadded });
  return planned.map((batch) => fillBatch(rows, batch, { start: 0, end: rows.outputs }, first).batch);
}

async function timeOf(model: Encoder, batches: readonly TokenBatch[]): Promise<number> {
  const started = performance.now();
  for (const batch of batches) await model.run(batch);
  return performance.now() - started;
}

/** So many of a list, evenly from its longest to its shortest. */
function spreadOver<T>(list: readonly T[], most: number): T[] {
  const count = Math.min(list.length, Math.max(1, most));
  return Array.from({ length: count }, (_, at) => list[Math.floor(((at + 0.5) * list.length) / count)]);
}
