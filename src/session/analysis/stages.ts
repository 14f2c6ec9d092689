/** The stages of a run in order: what is told to the page while one goes on, and what is written into the run file. */
import { Eta, throttle } from '../../base/eta.ts';
import type { Progress } from '../../base/abort.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { RunEvent, StageName } from '../contract.ts';
import type { Work } from '../estimate/work.ts';

export class Stages {
  readonly timings: RunFile['timings'] = [];
  readonly warnings: string[] = [];
  readonly report: (event: RunEvent) => void;

  constructor(report: (event: RunEvent) => void) {
    this.report = report;
  }

  /** A sentence for the page and for the run file; said once. */
  readonly warn = (text: string): void => {
    if (this.warnings.includes(text)) return;
    this.warnings.push(text);
    this.report({ kind: 'warning', text });
  };

  /** Runs one stage, timing it; `rows` is how many rows the time was spent on, when it is known only afterwards as a function. */
  async run<T>(
    stage: StageName,
    unit: string,
    rows: number | (() => number) | undefined,
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

  /** Seconds of the stages that arithmetic dominates. */
  seconds(): Work {
    const of = (stage: StageName): number => (this.timings.find((timing) => timing.stage === stage)?.ms ?? 0) / 1000;
    return {
      encoder: of('extract'),
      probes: of('probes'),
      similarity: of('similarity'),
      clusters: of('clusters'),
      selection: of('selection'),
      questions: of('questions'),
    };
  }
}
