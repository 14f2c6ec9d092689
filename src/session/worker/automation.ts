/**
 * The page's handle for the command line: a file input that the driver fills with disk-backed files, and the session's
 * calls on them. Loaded only when the address says `#automation`; it computes nothing of its own.
 */
import type { ActivationFormat } from '../../activations/file/formats.ts';
import type { FolderFile } from '../../reduced/head.ts';
import type { ReducedRecord } from '../../reduced/record.ts';
import { checkRun, parseRun, type RunFile, type Timing } from '../../run/run-file.ts';
import type { Rates } from '../../run/stage.ts';
import { createSession } from './client.ts';
import { guarded } from './outcome.ts';
import type {
  Corrections,
  DroppedFile,
  Estimate,
  Inspection,
  LayersAlike,
  Outcome,
  Place,
  ReduceRequest,
  Role,
  RunEvent,
  RunOptions,
  TimeRequest,
} from '../contract.ts';

/** What a smaller model is asked for with, beside files. */
export type Reduction = Omit<ReduceRequest, 'files' | 'corrections'>;

interface Automation {
  inspect(paths: string[], corrections: Corrections): Promise<Outcome<Inspection>>;
  /** What the set-up screen shows: the machine is measured, then the run estimated. */
  estimate(
    paths: string[],
    corrections: Corrections,
    options: RunOptions,
  ): Promise<Outcome<{ rates: Rates; estimate: Estimate }>>;
  /** @param rates of this machine with these files, where they were measured. */
  run(paths: string[], corrections: Corrections, options: RunOptions, rates?: Rates): Promise<Outcome<RunFile>>;
  time(
    paths: string[],
    corrections: Corrections,
    options: RunOptions,
    timing: Pick<TimeRequest, 'extent' | 'made'>,
  ): Promise<Outcome<Timing>>;
  /** @param results two, as JSON: title, a run file, and the paths of its activations or null. */
  compareLayers(paths: string[], results: string, place: Place): Promise<Outcome<LayersAlike>>;
  /** Answers with the number of bytes, once the download of the file has begun. */
  extract(
    paths: string[],
    corrections: Corrections,
    options: RunOptions,
    target: { role: Role; format: ActivationFormat },
  ): Promise<Outcome<number>>;
  /** Answers with the record and the paths of the folder's files, for `save`. @param run a run file's text. */
  reduce(
    paths: string[],
    corrections: Corrections,
    run: string,
    reduction: Omit<Reduction, 'run'>,
  ): Promise<Outcome<{ record: ReducedRecord; files: string[] }>>;
  /** Answers with the number of bytes, once the download of a file of the last smaller model has begun. */
  save(path: string): Promise<Outcome<number>>;
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

  let reduced: readonly FolderFile[] = [];

  function download(blob: Blob): number {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = 'file';
    link.click();
    return blob.size;
  }

  function answer<T>(work: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> {
    controller = new AbortController();
    return guarded(work)(controller.signal);
  }

  window.winnow = {
    inspect: (paths, corrections) => answer((signal) => session.inspect(files(paths), corrections, signal)),
    estimate: (paths, corrections, options) =>
      answer(async (signal) => {
        const request = { files: files(paths), corrections, options };
        const rates = await session.measure(request, signal);
        return { rates, estimate: await session.estimate({ ...request, rates }, signal) };
      }),
    run: (paths, corrections, options, rates) =>
      answer(async (signal) => {
        try {
          const request = { files: files(paths), corrections, options, ...(rates && { rates }) };
          return await session.run(request, report, signal);
        } finally {
          session.release();
        }
      }),
    time: (paths, corrections, options, timing) =>
      answer((signal) => session.time({ files: files(paths), corrections, options, ...timing }, report, signal)),
    compareLayers: (paths, results, place) =>
      answer((signal) => {
        const given = JSON.parse(results) as { title: string; run: unknown; files: string[] | null }[];
        const [first, other] = given.map(({ title, run, files: own }) => ({
          ...{ title, run: checkRun(run, title) },
          files: own && files(paths).filter(({ path }) => own.includes(path)),
        }));
        return session.compareLayers({ results: [first, other], place }, report, signal);
      }),
    extract: (paths, corrections, options, target) =>
      answer(async (signal) => {
        const request = { files: files(paths), corrections, options, ...target };
        return download(await session.extract(request, report, signal));
      }),
    reduce: (paths, corrections, run, reduction) =>
      answer(async (signal) => {
        const request = { files: files(paths), corrections, run: parseRun(run, 'run.json'), ...reduction };
        const model = await session.reduce(request, report, signal);
        reduced = model.files;
        return { record: model.record, files: reduced.map(({ path }) => path) };
      }),
    save: (path) =>
      answer(async () => {
        const file = reduced.find((own) => own.path === path);
        if (!file) throw new Error(`${path} is no file of the smaller model`);
        return download(file.blob);
      }),
    cancel: () => controller.abort(),
  };
}
