/** The stages in which a page is published, told as the engine tells of its own. */
import type { Progress } from '../../base/abort.ts';
import { Eta, throttle } from '../../base/eta.ts';
import type { RunEvent } from '../../session/contract.ts';

const stageTitles = {
  read: 'Read what is published of the results',
  page: 'Read the page',
  list: 'List the files',
  write: 'Write the files',
} as const;
type PublishStage = keyof typeof stageTitles;

/** Tells of stages as the engine does. */
export class PublishStages {
  readonly #hear: (event: RunEvent) => void;

  constructor(hear: (event: RunEvent) => void) {
    this.#hear = hear;
    const stages = Object.entries(stageTitles).map(([name, title]) => ({ name, title, share: 1 }));
    hear({ kind: 'stages', stages });
  }

  /** @param unit of what is counted; bytes are said in MB. */
  begin(stage: PublishStage, unit: 'files' | 'bytes'): Progress {
    this.#hear({ kind: 'stage', stage, state: 'started', ms: 0 });
    const eta = new Eta();
    const scale = unit === 'bytes' ? 1e6 : 1;
    const reports = throttle((event: RunEvent) => this.#hear(event));
    return (bytes, all) => {
      const [done, total] = [bytes / scale, all / scale];
      const counts = { done, total, share: done / Math.max(1, total), unit: unit === 'bytes' ? 'MB' : unit };
      reports.push({ kind: 'progress', stage, ...counts, ...eta.sample(done, total) });
    };
  }
}
