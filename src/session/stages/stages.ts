/** The stages of a run as they go on: what the page hears meanwhile, and what is written into the run file. */
import { Eta, throttle } from '../../base/eta.ts';
import type { Progress } from '../../base/abort.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { Stage } from '../../run/stage.ts';
import type { RunEvent } from '../contract.ts';

export class Stages {
  readonly timings: RunFile['timings'] = [];
  readonly warnings: string[] = [];

  constructor(readonly report: (event: RunEvent) => void) {}

  /** Says which stages there will be; a later list takes the place of an earlier one. */
  announce(stages: readonly Stage[]): void {
    this.report({ kind: 'stages', stages: stages.map(({ name, title, share }) => ({ name, title, share })) });
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
    work: (progress: Progress) => Promise<T>,
  ): Promise<T> {
    const started = performance.now();
    this.report({ kind: 'stage', stage, state: 'started', ms: 0 });
    const eta = new Eta();
    const events = throttle((event: RunEvent) => this.report(event));
    const result = await work((done, total) => {
      events.push({ kind: 'progress', stage, done, total, unit, ...eta.sample(done, total) });
    });
    events.flush();
    const ms = performance.now() - started;
    const count = typeof rows === 'function' ? rows() : rows;
    this.timings.push({ stage, ms, ...(count === undefined ? {} : { rows: count }) });
    this.report({ kind: 'stage', stage, state: 'done', ms });
    return result;
  }
}
