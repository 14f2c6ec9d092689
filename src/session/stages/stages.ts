/** The stages of a run as they go on: what the page hears meanwhile, and what is written into the run file. */
import { Eta, throttle } from '../../base/eta.ts';
import type { Progress } from '../../base/abort.ts';
import { TrainingLog } from '../../probe/training-log.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { Expectation, Stage } from '../../run/stage.ts';
import type { RunEvent } from '../contract.ts';

const nothing: Expectation = { seconds: 0, kind: null };

export class Stages {
  readonly timings: RunFile['timings'] = [];
  readonly warnings: string[] = [];
  /** What the probes' trainings took. */
  readonly trainings = new TrainingLog();

  constructor(readonly report: (event: RunEvent) => void) {}

  /** Says which stages there will be; a later list takes the place of an earlier one. @param expected by name. */
  announce(stages: readonly Stage[], expected: ReadonlyMap<string, Expectation> | null = null): void {
    const facts = stages.map(({ name, title, share }) => {
      return { name, title, share, ...(expected && (expected.get(name) ?? nothing)) };
    });
    this.report({ kind: 'stages', stages: facts });
  }

  /** A sentence for the page and for the run file; said once. */
  readonly warn = (text: string): void => {
    if (this.warnings.includes(text)) return;
    this.warnings.push(text);
    this.report({ kind: 'warning', text });
  };

  /**
   * Runs one stage, timing it.
   * @param rows how many rows the time was spent on; a function where it is known only afterwards.
   * @param unit what progress counts, where it is not the stage's usual one.
   */
  async run<T>(
    { name: stage, unit: usual }: Stage,
    { rows, unit = usual }: { rows?: number | (() => number); unit?: string },
    compute: (progress: Progress) => Promise<T>,
  ): Promise<T> {
    const started = performance.now();
    this.report({ kind: 'stage', stage, state: 'started', ms: 0 });
    // Units may cost more or less: time left follows the work, the pace that is shown the units.
    const [units, work] = [new Eta(), new Eta()];
    const events = throttle((event: RunEvent) => this.report(event));
    const result = await compute((done, total, share = total > 0 ? done / total : 1) => {
      const { rate } = units.sample(done, total);
      const { secondsLeft } = work.sample(share, 1);
      events.push({ kind: 'progress', stage, done, total, share, unit, rate, secondsLeft });
    });
    events.flush();
    const ms = performance.now() - started;
    const count = typeof rows === 'function' ? rows() : rows;
    const epochs = this.trainings.takeEpochs();
    this.timings.push({
      ...{ stage, ms },
      ...(count === undefined ? {} : { rows: count }),
      ...(epochs === null ? {} : { epochs: Number(epochs.toPrecision(4)) }),
    });
    this.report({ kind: 'stage', stage, state: 'done', ms });
    return result;
  }
}
