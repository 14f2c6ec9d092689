/**
 * What an author said of results that are published, remembered in this browser by their ids: title, note, sections, form.
 * Which texts of theirs may be seen is asked anew every time. What was stored is checked when read; nothing stored is no loss.
 */
import * as v from 'valibot';
import { ownName } from '../../base/own-name.ts';
import { siteForms } from '../../publication/hosted.ts';
import { firstPublication, publicationSchema, type Publication } from '../../publication/publication.ts';

const key = ownName('winnow-publications-1');
/** The newest. */
const mostRemembered = 50;

const { title, note, sections, opensIn } = publicationSchema.entries;
const saidSchema = v.partial(v.object({ title, note, sections, opensIn, form: v.picklist(siteForms) }));

/** What is not there was left as usual. */
export type SaidOfResult = v.InferOutput<typeof saidSchema>;

export function saidOf(id: string): SaidOfResult {
  return stored().get(id) ?? {};
}

/** Joins what was said before. */
export function rememberSaid(id: string, said: SaidOfResult): void {
  const all = stored();
  const whole = { ...all.get(id), ...said };
  all.delete(id);
  all.set(id, whole);
  store(all);
}

/**
 * What will be published of a result unless its author says otherwise: what was said of it before.
 * @param usual its title
 */
export function usualPublication(id: string, usual: string): Publication {
  const { title, note, sections, opensIn } = saidOf(id);
  const first = firstPublication(usual);
  return {
    ...first,
    ...{ title: title ?? usual, note: note ?? first.note, sections: sections ?? first.sections },
    opensIn: opensIn ?? first.opensIn,
  };
}

/** A title as usual follows its result. */
export function rememberPublication(id: string, { title, note, sections, opensIn }: Publication, usual: string): void {
  const isOwn = title !== usual && title.trim() !== '';
  rememberSaid(id, { title: isOwn ? title : undefined, note, sections, opensIn });
}

/** @returns what brings it back. */
export function forgetSaid(id: string): () => void {
  const all = stored();
  const said = all.get(id);
  if (said === undefined) return () => undefined;
  all.delete(id);
  store(all);
  return () => rememberSaid(id, said);
}

function stored(): Map<string, SaidOfResult> {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? '[]') as unknown;
    const entries = Array.isArray(value) ? (value as unknown[]) : [];
    return new Map(
      entries.flatMap((entry): [string, SaidOfResult][] => {
        const result = v.safeParse(v.tuple([v.string(), saidSchema]), entry);
        return result.success ? [result.output] : [];
      }),
    );
  } catch {
    return new Map(); // storage refused or foreign text: every field is as usual
  }
}

function store(all: ReadonlyMap<string, SaidOfResult>): void {
  try {
    localStorage.setItem(key, JSON.stringify([...all].slice(-mostRemembered)));
  } catch {
    return; // full or refused: they are asked for again
  }
}
