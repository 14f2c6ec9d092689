/**
 * Results opened from files, and those that the list of past runs cannot keep, for as long as this tab lives: a reload finds
 * them again. Where the tab has no storage, a reload loses them, which is what a file on the disk is for. A result that is
 * kept elsewhere stays out: a tab stores some MB, and then no more.
 */
import { ownName } from '../../base/own-name.ts';
import { isRunLike, type RunFile } from '../../run/run-file.ts';
import type { ResultSource } from '../../report/analysis.ts';
import { resultOf } from '../../session/inputs/results.ts';
import type { Unkept } from './past-runs.svelte.ts';
import { whenTurnComes } from './turns.ts';

const prefix = ownName('winnow-opened-');
const unkeptPrefix = ownName('winnow-unkept-');

/** Written down, then stored, each in its turn. */
export function rememberOpened(id: string, source: ResultSource): void {
  const value = source.kind === 'run' ? source.run : { name: source.results.name, document: source.results.document };
  whenTurnComes(() => {
    const text = JSON.stringify(value);
    whenTurnComes(() => store(prefix + id, text));
  });
}

/** What the list of past runs could not keep of it, and so what a reload has to say again. */
export function rememberUnkept(id: string, unkept: Unkept): void {
  store(unkeptPrefix + id, JSON.stringify(unkept));
}

export function findUnkept(id: string): Unkept | null {
  try {
    return JSON.parse(sessionStorage.getItem(unkeptPrefix + id) ?? 'null') as Unkept | null;
  } catch {
    return null;
  }
}

function store(key: string, text: string): void {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    return; // full or refused: only a reload would need it
  }
}

/** For a result that is kept elsewhere now, with more in it perhaps. */
export function forgetOpened(id: string): void {
  try {
    sessionStorage.removeItem(prefix + id);
    sessionStorage.removeItem(unkeptPrefix + id);
  } catch {
    return; // refused: nothing is in it
  }
}

export async function findOpened(id: string): Promise<ResultSource | null> {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(prefix + id) ?? 'null');
    if (value === null) return null;
    if (isRunLike(value)) return await resultOf(value, id);
    const { name, document } = value as { name: string; document: unknown };
    return await resultOf(document, name);
  } catch {
    return null;
  }
}

/** By which addresses name a result: the same wherever it is opened, and without anything of the user's in it. */
export function resultId(source: ResultSource): string {
  return source.kind === 'run' ? runId(source.run) : `p-${checksum(JSON.stringify(source.results.document))}`;
}

function runId(run: RunFile): string {
  const made = Date.parse(run.created);
  const time = Number.isFinite(made) ? made.toString(36) : '0';
  const identity = `${run.model.sha256}${run.data.task}${run.protocol}${run.options.seeds.join()}${run.options.rows}`;
  return `${time}-${checksum(identity)}${/^[0-9a-f]{64}$/.test(run.model.sha256) ? '' : `-${numbersOf(run)}`}`;
}

/** Where the model's hash was not published, a run is told by what it found and never finds anew. */
function numbersOf({ model, data, options, oracle, layers }: RunFile): string {
  const text = JSON.stringify([model.layers, model.hidden, data.instances, data.majority, options, oracle, layers]);
  // Two sums of 32 bits, for one of them two runs may share.
  return checksum(text) + checksum([...text].reverse().join(''));
}

function checksum(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) >>> 0;
  return sum.toString(36);
}
