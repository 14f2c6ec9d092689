/** The run file as text and back: older versions are upgraded when they are opened, newer ones refused with advice. */
import * as v from 'valibot';
import { WinnowError } from '../base/errors.ts';
import { findGap } from './gaps.ts';
import { runSchema, runVersion, type RunFile } from './schema.ts';

export type * from './neurons.ts';
export type { ClassifierTiming, DepthSeries, DepthTiming, EncoderTiming, Spread, Timing } from './timing.ts';
export { runVersion, type LayerScores, type RunFile } from './schema.ts';
export type { ClassScores, Score, Scores, SplitScores } from '../data/scores.ts';

/** One step each: version n as key gives the function that makes version n + 1 of it. */
const upgraders: Record<number, (run: Record<string, unknown>) => Record<string, unknown>> = {
  0: upgradeFrom0,
  1: addsOnly(2),
  2: addsOnly(3),
};

/** Version 0 (before the first release) had no majority share, no browser and no creation time. */
function upgradeFrom0(run: Record<string, unknown>): Record<string, unknown> {
  const data = { majority: null, ...(run.data as object) };
  const device = { browser: 'unknown', ...(run.device as object) };
  return { created: '1970-01-01T00:00:00.000Z', ...run, version: 1, data, device };
}

/**
 * For a version that only adds what may be absent: 2 added neurons to layers, 3 words, the tasks of a user's own and
 * activations from elsewhere.
 */
function addsOnly(version: number): (run: Record<string, unknown>) => Record<string, unknown> {
  return (run) => ({ ...run, version });
}

/**
 * Reads a run file's text, upgrading older versions step by step.
 * @throws WinnowError `bad-file` naming the field that is wrong, `newer-version` for a file of a newer Winnow.
 */
export function parseRun(text: string, name: string): RunFile {
  return checkRun(parseRunJson(text, name), name);
}

/** The first half of `parseRun`, for the page, which checks a large file in another task. */
export function parseRunJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const next = 'Drop the run.json that Winnow wrote, or save it again from the page.';
    throw new WinnowError('bad-file', `\`${name}\` is not JSON: ${(cause as Error).message}.`, next, cause);
  }
}

export function checkRun(value: unknown, name: string): RunFile {
  if (!isRunLike(value)) {
    const next = 'Drop a run.json: its first field is "format": "winnow-run".';
    throw new WinnowError('bad-file', `\`${name}\` is not a Winnow run file.`, next);
  }
  let run = value;
  if (run.version > runVersion) {
    const message = `\`${name}\` has version ${run.version}; this page reads versions up to ${runVersion}.`;
    throw new WinnowError('newer-version', message, 'Open it with the newer Winnow that wrote it.');
  }
  while (run.version < runVersion) {
    const upgrade = upgraders[run.version];
    if (!upgrade) break;
    run = upgrade(run) as typeof run;
  }
  const result = v.safeParse(runSchema, run);
  if (result.success) {
    const gap = findGap(result.output);
    if (gap === null) return result.output;
    throw invalid(name, gap);
  }
  const issue = result.issues[0];
  const where = v.getDotPath(issue) ?? 'the file';
  const found = issue.received === 'undefined' ? 'it is missing' : `there is ${issue.received}`;
  const expected = issue.expected ? `${issue.expected} is expected, but ${found}` : issue.message;
  throw invalid(name, `at ${where}, ${expected}`);
}

/** A run that has grown: checked again, its fields in the order of all run files. @throws WinnowError as `checkRun`. */
export function grownRun(run: RunFile, grown: Partial<RunFile>): RunFile {
  return checkRun({ ...run, ...grown }, 'this run');
}

function invalid(name: string, what: string): WinnowError {
  const message = `\`${name}\` is not a valid run file: ${what}.`;
  return new WinnowError('bad-file', message, 'Save the run again from the page or the command line.');
}

/** Whether a parsed JSON value claims to be a run file. */
export function isRunLike(value: unknown): value is Record<string, unknown> & { version: number } {
  const run = value as { format?: unknown; version?: unknown } | null;
  return typeof run === 'object' && run?.format === 'winnow-run' && typeof run.version === 'number';
}
