/**
 * A run as it is published: all its numbers, and of what is text only the kinds that the author has chosen. What will be
 * published is listed before.
 */
import { runTitle } from '../report/analysis.ts';
import { sha256Text } from '../base/text-hash.ts';
import { verdictRecord } from '../report/verdict/verdict.ts';
import { checkRun, type RunFile } from '../run/run-file.ts';
import { markedHash } from '../run/withheld.ts';
import {
  kindTitles,
  revealedKinds,
  textRules,
  withTextsTreated,
  type RevealedKind,
  type Treatment,
} from './run-texts.ts';

/** What is published of an author's texts; all else is left out. */
export type Revealed = readonly RevealedKind[];

/**
 * Figures that need no text stay as they are. Its verdict is worded anew, with what is published of the names.
 * @throws WinnowError `bad-file` for a run that is no valid run file.
 */
export function publishedRun(run: RunFile, revealed: Revealed): RunFile {
  const kept = new Set<RevealedKind>(revealed);
  return treatedRun(run, (kind, value, instead) => (kept.has(kind) ? value : instead));
}

/**
 * Runs that are published together, to be compared: as `publishedRun`, but that marks stand for hashes that are not revealed,
 * so that what is paired is paired by whoever reads them, too. Marks are made anew each time; one run alone needs none.
 */
export async function publishedRuns(runs: readonly RunFile[], revealed: Revealed): Promise<RunFile[]> {
  if (runs.length < 2) return runs.map((run) => publishedRun(run, revealed));
  const kept = new Set<RevealedKind>(revealed);
  const hashes = new Set<string>();
  const found = (kind: RevealedKind, value: unknown): unknown => {
    if (kind === 'hashes') hashes.add(hashIn(value));
    return value;
  };
  for (const run of runs) withTextsTreated(run, found);
  const salt = crypto.getRandomValues(new Uint32Array(8)).join();
  const marks = new Map(
    await Promise.all([...hashes].map(async (hash) => [hash, await sha256Text(`${salt} ${hash}`)] as const)),
  );
  const marked = (value: unknown): unknown => {
    const mark = marks.get(hashIn(value)) ?? '';
    return typeof value === 'string' ? markedHash(mark) : { ...(value as object), sha256: mark };
  };
  return runs.map((run) =>
    treatedRun(run, (kind, value, instead, path) => {
      if (kept.has(kind)) return value;
      // Where activations are kept is no business of others.
      return kind === 'hashes' && path !== 'testRows' ? marked(value) : instead;
    }),
  );
}

/** The text itself, or that of a field that is named by its hash. */
function hashIn(value: unknown): string {
  return typeof value === 'string' ? value : String((value as { sha256?: unknown }).sha256);
}

function treatedRun(run: RunFile, treat: Treatment): RunFile {
  const name = 'the published run';
  const published = checkRun(withTextsTreated(run, treat), name);
  return run.verdict === undefined ? published : checkRun({ ...published, verdict: verdictRecord(published) }, name);
}

/** What a run is called where its author gives it no title: as far as its names are published. */
export function publishedTitle(run: RunFile, revealed: Revealed): string {
  return runTitle(publishedRun(run, revealed));
}

/** A kind of text in runs that are to be published. */
export interface PublishedPart {
  kind: RevealedKind;
  title: string;
  /** How many there are, equal ones once. */
  count: number;
  /** The first of them; none of what is no text. */
  examples: string[];
  isPublished: boolean;
}

const mostExamples = 3;

/** Of every kind what the runs hold, kinds that none of them holds aside. */
export function publishedList(runs: readonly RunFile[], revealed: Revealed): PublishedPart[] {
  const found = new Map(revealedKinds.map((kind) => [kind, { texts: new Set<string>(), others: 0 }]));
  for (const run of runs) {
    withTextsTreated(run, (kind, value, instead, path) => {
      if (value === instead) return value;
      const texts = textsIn(value, path);
      const ofKind = found.get(kind)!;
      if (texts.length === 0) ofKind.others += 1;
      for (const text of texts) ofKind.texts.add(text);
      return value;
    });
  }
  return revealedKinds.flatMap((kind) => {
    const { texts, others } = found.get(kind)!;
    const count = texts.size + others;
    if (count === 0) return [];
    const examples = [...texts].slice(0, mostExamples);
    return [{ kind, title: kindTitles[kind], count, examples, isPublished: revealed.includes(kind) }];
  });
}

/** The author's own in a field. */
function textsIn(value: unknown, path: string): string[] {
  if (typeof value === 'string') return textRules[path] === 'own' || value === '' ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((entry) => textsIn(entry, `${path}.*`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => textsIn(field, `${path}.${key}`));
}
