/**
 * How long a row takes in the encoder cut after 0, 1, … all layers (protocols.md §8): one row at a time, and in the batch
 * that serves best, at the rows' own lengths and, as published, padded. What is timed is the model's run alone, until its
 * numbers are back; rows are filled into batches before.
 */
import { planBatches, type PlannedBatch } from '../activations/batches.ts';
import { fillBatch } from '../activations/fill.ts';
import type { Control } from '../base/abort.ts';
import type { Encoder, TokenBatch } from '../model/encoder.ts';
import type { EncodedRows } from '../tokenizer/rows.ts';
import type { DepthSeries, EncoderTiming } from '../run/run-file.ts';
import type { DeviceClock } from './device-clock.ts';
import { passages, together, type Passage } from './passages.ts';
import { measureInRounds, type Rounds } from './rounds.ts';
import { spreadOf } from './spread.ts';

export interface EncoderSource {
  rows: EncodedRows;
  /** Transformer layers. */
  layers: number;
  /** The encoder cut after so many of them; 0: the embeddings. */
  open(layers: number): Promise<Encoder>;
}

export interface EncoderRounds extends Rounds {
  /** Pads rows to so many tokens as well; null: own lengths alone. */
  padded: number | null;
  /** Whether the memory holds an encoder for each depth; otherwise each is opened anew in every round. */
  held: boolean;
  /** null: the wall's clock alone. */
  clock: DeviceClock | null;
}

/** Rows that run together, of which the best is measured further. */
const triedBatches = [4, 16, 64];
const trialRounds = 2;

/** One way to run the rows. */
interface Way {
  padded: number | null;
  batch: number;
  batches: TokenBatch[];
}

/**
 * @throws WinnowError as the encoder; the signal's reason when aborted. Encoders are disposed of whatever happens.
 */
export async function timeEncoders(
  { rows, layers, open }: EncoderSource,
  options: EncoderRounds,
  { signal, progress }: Control = {},
): Promise<EncoderTiming> {
  const opened = new OpenedDepths(open, options.held);
  try {
    const whole = await opened.at(layers);
    const wayOf = waysFor(rows, whole);
    const sizes = triedBatches.filter((batch) => batch <= rows.rows);
    // One row at a time first: as many batches as rows.
    const trials = [1, ...sizes].map((batch) => wayOf(null, batch));
    const tried = await tryBatches(whole, trials, options, {
      signal,
      progress: (_done, _total, share = 0) => progress?.(0, 1, trialShare * share),
    });
    const best = tried.reduce((least, trial) => (trial.ms < least.ms ? trial : least)).batch;
    const ways = [...new Set([1, best])].flatMap((batch) => [
      wayOf(null, batch),
      ...(options.padded === null || whole.unpadded ? [] : [wayOf(options.padded, batch)]),
    ]);
    const turns = options.held ? turnsFor(ways, tried) : 1;
    const contenders = Array.from({ length: layers + 1 }, (_, depth) => ({
      cost: 1 + depth,
      measure: async (turn: number): Promise<Passage[]> => {
        const encoder = await opened.at(depth);
        // What is opened anew in every round compiles and loads with its first rows.
        if (opened.isFresh && !options.held) await passages(encoder, ways, null, signal);
        const parts = ways.map(({ batches }) => ({ batches: batches.filter((_, at) => at % turns === turn) }));
        return passages(encoder, parts, options.clock, signal);
      },
    }));
    const measured = await measureInRounds(
      contenders,
      { ...options, turns },
      {
        signal,
        progress: (done, total, share = 0) => progress?.(done, total, trialShare + (1 - trialShare) * share),
      },
    );
    const series = ways.map(({ padded, batch, batches }, way): DepthSeries => {
      const counts = { rows: rows.rows, batches: batches.length };
      const depths = measured.map((passed, depth) => {
        const rounds = Array.from({ length: options.repeats }, (_, round) =>
          together(passed.slice(round * turns, (round + 1) * turns).map((ofWays) => ofWays[way])),
        );
        return depthOf(depth, rounds, counts);
      });
      return { padded, batch, depths };
    });
    return {
      rows: rows.rows,
      tokens: rows.offsets[rows.rows] / rows.rows,
      outputs: rows.outputs / rows.rows,
      tried: tried.map(({ batch, ms }) => ({ batch, ms })),
      series,
    };
  } finally {
    await opened.dispose();
  }
}

/** Of the whole work, about. */
const trialShare = 0.1;

/** What a turn is to take on the whole encoder, about: other programs slow a machine down for longer than that. */
const turnMs = 100;

/** @param tried one row at a time first. */
function turnsFor(ways: readonly Way[], tried: readonly { batch: number; ms: number }[]): number {
  const rows = ways[0].batches.length;
  const passMs = ways.reduce((sum, { batch }) => sum + rows * (tried.find((one) => one.batch === batch)?.ms ?? 0), 0);
  return Math.max(1, Math.min(rows, Math.round(passMs / turnMs)));
}

function depthOf(
  layers: number,
  rounds: readonly Passage[],
  { rows, batches }: { rows: number; batches: number },
): DepthSeries['depths'][0] {
  const wall = spreadOf(rounds.map((round) => round.wall / rows));
  const onDevice = rounds.flatMap(({ device }) => (device?.ms == null ? [] : [{ ...device, ms: device.ms / rows }]));
  if (onDevice.length < rounds.length) return { layers, wall, device: null };
  const { dispatches, bytes } = onDevice[0];
  const ms = spreadOf(onDevice.map((device) => device.ms));
  return { layers, wall, device: { ms, dispatches: dispatches / batches, bytes: bytes / batches } };
}

/** Median milliseconds a row of the whole encoder, by rows that run together. */
async function tryBatches(
  encoder: Encoder,
  ways: readonly Way[],
  { seed }: Rounds,
  control: Control,
): Promise<{ batch: number; ms: number }[]> {
  const rows = ways[0].batches.length;
  const contenders = ways.map((way) => ({
    cost: 1,
    measure: async () => (await passages(encoder, [way], null, control.signal))[0].wall / rows,
  }));
  const measured = await measureInRounds(contenders, { repeats: trialRounds, seed }, control);
  return ways.map((way, index) => ({ batch: way.batch, ms: spreadOf(measured[index]).median }));
}

/** Batches of all rows, the longest first, as extraction has them. */
export function waysFor(
  rows: EncodedRows,
  encoder: Pick<Encoder, 'maxLength' | 'unpadded' | 'padding' | 'answers'>,
): (padded: number | null, batch: number) => Way {
  const { maxLength, unpadded } = encoder;
  // By the tokens of each row; a batch is cut by its number of rows here.
  const alone = planBatches(rows.offsets, 0, rows.rows, { backend: 'wasm', maxLength, unpadded, tokens: 1 });
  return (padded, batch) => {
    const planned: PlannedBatch[] = [];
    for (const { rows: own, length } of alone) {
      const last = planned.at(-1);
      const joins = last && last.rows.length < batch && (!unpadded || last.length === length);
      if (joins) last.rows.push(...own);
      else planned.push({ rows: [...own], length: Math.max(padded ?? 0, length) });
    }
    const range = { start: 0, end: rows.outputs };
    return { padded, batch, batches: planned.map((plan) => fillBatch(rows, plan, range, encoder).batch) };
  };
}

/** Encoders by depth. With the last of its sessions the runtime forgets a graphics device's shaders: one stays open. */
class OpenedDepths {
  readonly #encoders = new Map<number, Encoder>();
  readonly #open: EncoderSource['open'];
  readonly #held: boolean;
  /** Whether the last that was asked for was opened for that. */
  isFresh = false;

  constructor(open: EncoderSource['open'], held: boolean) {
    this.#open = open;
    this.#held = held;
  }

  async at(layers: number): Promise<Encoder> {
    const known = this.#encoders.get(layers);
    this.isFresh = known === undefined;
    if (known) return known;
    if (!this.#held) {
      for (const [depth, encoder] of this.#encoders) {
        if (depth === 0) continue;
        this.#encoders.delete(depth);
        await encoder.dispose();
      }
      if (layers > 0 && !this.#encoders.has(0)) await this.#add(0);
    }
    return this.#add(layers);
  }

  async dispose(): Promise<void> {
    for (const encoder of this.#encoders.values()) await encoder.dispose();
    this.#encoders.clear();
  }

  async #add(layers: number): Promise<Encoder> {
    const encoder = await this.#open(layers);
    this.#encoders.set(layers, encoder);
    return encoder;
  }
}
