/**
 * The page's handle for the command line: a file input that the driver fills with disk-backed files, and the session's
 * calls on them. Loaded only when the address says `#automation`; it computes nothing of its own.
 */
import type { ActivationFormat } from '../../activations/file/formats.ts';
import type { RunFile } from '../../run/run-file.ts';
import { createSession } from './client.ts';
import { guarded } from './outcome.ts';
import type { Corrections, DroppedFile, Inspection, Outcome, Role, RunEvent, RunOptions } from '../contract.ts';

interface Automation {
  inspect(paths: string[], corrections: Corrections): Promise<Outcome<Inspection>>;
  run(paths: string[], corrections: Corrections, options: RunOptions): Promise<Outcome<RunFile>>;
  /** Answers with the number of bytes, once the download of the file has begun. */
  extract(
    paths: string[],
    corrections: Corrections,
    options: RunOptions,
    target: { role: Role; format: ActivationFormat },
  ): Promise<Outcome<number>>;
  /** Stops what is under way; that call then answers with the error `cancelled`. */
  cancel(): void;
}

declare global {
  interface Window {
    winnow?: Automation;
    /** The driver's ear for events, as JSON. */
    winnowReport?: (event: string) => void;
  }
}

export function startAutomation(root: HTMLElement): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.id = 'automation-files';
  root.append(input);

  const session = createSession();
  let controller = new AbortController();
  /** Results come whole at the end: on the way they would be megabytes, and a dendrogram does not survive JSON. */
  const report = (event: RunEvent): void => {
    if (event.kind === 'clusters' || event.kind === 'found') return;
    window.winnowReport?.(JSON.stringify(event));
  };

  /** The input's files under the paths that the driver knows them by, in the same order. */
  const files = (paths: string[]): DroppedFile[] =>
    [...(input.files ?? [])].map((file, index) => ({ path: paths[index] ?? file.name, file }));

  function answer<T>(work: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> {
    controller = new AbortController();
    return guarded(work)(controller.signal);
  }

  window.winnow = {
    inspect: (paths, corrections) => answer((signal) => session.inspect(files(paths), corrections, signal)),
    run: (paths, corrections, options) =>
      answer(async (signal) => {
        try {
          return await session.run({ files: files(paths), corrections, options }, report, signal);
        } finally {
          session.release();
        }
      }),
    extract: (paths, corrections, options, target) =>
      answer(async (signal) => {
        const blob = await session.extract({ files: files(paths), corrections, options, ...target }, report, signal);
        const link = document.createElement('a');
        link.href = URL.createObjectURL(blob);
        link.download = 'activations';
        link.click();
        return blob.size;
      }),
    cancel: () => controller.abort(),
  };
}
