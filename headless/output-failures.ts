/** What is said where a result cannot be written. */
import { sep } from 'node:path';
import { WinnowError } from '../src/base/errors.ts';
import { CommandFailure, reasonOf } from './failure.ts';
import { ownerIn } from './owned.ts';
import { builtPage } from './serve.ts';

export function exists(out: string): CommandFailure {
  const next = 'Add --force to overwrite it, or choose another --out.';
  return new CommandFailure('output-exists', `"${out}" is there already.`, next);
}

export function unusablePlace(out: string, why: string, cause?: unknown): CommandFailure {
  return new CommandFailure('usage', `Nothing can be written to "${out}": ${why}.`, 'Choose another --out.', cause);
}

/** @throws CommandFailure `usage` for a place in the built page. */
export function refuseBuilt(out: string, place: string): void {
  if (`${place}${sep}`.startsWith(`${builtPage}${sep}`))
    throw unusablePlace(out, 'the page is built there, and every build empties that folder');
}

export function unusableUnlessSaid(out: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof CommandFailure ? error : unusablePlace(out, reasonOf(error), error);
  };
}

/** @param path where it was to stand, or where it was staged: people know only the former. */
export function unwritable(path: string, cause: unknown): WinnowError {
  const place = path
    .split(sep)
    .filter((part) => ownerIn(part) === null)
    .join(sep);
  const message = `"${place}" could not be written: ${reasonOf(cause)}.`;
  return new WinnowError('unwritable-file', message, 'Free some space or choose another --out, and try again.', cause);
}

export function notListed(out: string, list: string, cause: unknown): CommandFailure {
  const message = `The result is in "${out}", but without its list of files, ${list}: ${reasonOf(cause)}.`;
  return new CommandFailure('incomplete', message, 'Remove what you no longer need by hand; --force will not.', cause);
}
