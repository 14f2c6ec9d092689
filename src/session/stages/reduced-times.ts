/**
 * How long a smaller model's file takes a row, beside the whole model: the same batches go through both in turn, so that a
 * machine that drifts favours neither. What compiles and warms up has to have run before.
 */
import { quantileSorted } from 'simple-statistics';
import { planBatches } from '../../activations/batches.ts';
import { fillBatch } from '../../activations/fill.ts';
import type { Encoder, TokenBatch } from '../../model/encoder.ts';
import type { MeasuredTime } from '../../run/reduced.ts';
import type { EncodedRows } from '../../tokenizer/rows.ts';

const rounds = 9;
/** What a round of one model is to take, about. */
const roundMs = 300;

/** @returns of each model, the first by itself where there is one alone. Lengths are the rows' own. */
export async function timesInTurn(
  models: readonly Encoder[],
  rows: EncodedRows,
  signal?: AbortSignal,
): Promise<MeasuredTime[]> {
  const batches = batchesOf(models, rows);
  const warm: number[] = [];
  for (const model of models) warm.push(await timeOf(model, batches));
  const chosen = spreadOver(batches, Math.ceil((batches.length * roundMs) / Math.max(...warm)));
  const count = chosen.reduce((sum, batch) => sum + batch.rows, 0);
  const times = models.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    signal?.throwIfAborted();
    const order = [...models.keys()];
    if (round % 2 === 1) order.reverse();
    for (const place of order) times[place].push((await timeOf(models[place], chosen)) / count);
  }
  return times.map(spread);
}

function batchesOf(models: readonly Encoder[], rows: EncodedRows): TokenBatch[] {
  const [{ backend, padding }] = models;
  const maxLength = Math.min(...models.map((model) => model.maxLength));
  const unpadded = models.some((model) => model.unpadded);
  const planned = planBatches(rows.offsets, 0, rows.rows, { backend, maxLength, unpadded });
  return planned.map((batch) => fillBatch(rows, batch, { start: 0, end: rows.outputs }, padding).batch);
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

function spread(values: readonly number[]): MeasuredTime {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantileSorted(sorted, 0.5),
    lower: quantileSorted(sorted, 0.25),
    upper: quantileSorted(sorted, 0.75),
  };
}
