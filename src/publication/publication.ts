/**
 * What an author publishes of one or several runs: one page, or one entry of a hosted folder. Read from others' hosts and
 * files, so every field is checked: its form, its length, and that it names nothing outside.
 */
import * as v from 'valibot';
import { WinnowError } from '../base/errors.ts';
import { sectionNames } from '../report/sections.ts';
import { revealedKinds } from './run-texts.ts';

export const publicationVersion = 1;

export const longestTitle = 200;
/** Characters of Markdown. */
export const longestNote = 20_000;
const longestId = 40;

const idPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** Windows has no folders of these names. */
const reserved = /^(?:con|prn|aux|nul|(?:com|lpt)\d)$/;

/** A folder's name on any system, and part of an address. */
export const idSchema = v.pipe(
  v.string(),
  v.maxLength(longestId),
  v.regex(idPattern),
  v.check((id) => !reserved.test(id), 'it is no name of a folder on Windows'),
);

export const titleSchema = v.pipe(
  v.string(),
  v.check((text) => text.trim() !== '', 'it is empty'),
  v.maxLength(longestTitle),
  v.check((text) => !/[\p{Cc}\u2028\u2029]/u.test(text), 'it has more than one line'),
);

/** Each once. */
function listOf<const T extends readonly string[]>(names: T) {
  return v.pipe(
    v.array(v.picklist(names)),
    v.check((list) => new Set(list).size === list.length, 'a name stands there twice'),
  );
}

export const publicationSchema = v.object({
  format: v.literal('winnow-publication'),
  version: v.literal(publicationVersion),
  id: idSchema,
  title: titleSchema,
  /** Markdown; '': none. */
  note: v.pipe(v.string(), v.maxLength(longestNote)),
  /** That are shown, in the order of the page; none: the answer and the map of neurons alone. */
  sections: listOf(sectionNames),
  opensIn: v.picklist(['result', 'present']),
  /** Kinds of texts that its runs hold (run-texts.ts). */
  revealed: listOf(revealedKinds),
});

export type Publication = v.InferOutput<typeof publicationSchema>;

/** Everything that is no text, in all sections. */
export function firstPublication(title: string, taken: readonly string[] = []): Publication {
  return {
    format: 'winnow-publication',
    version: publicationVersion,
    id: publicationId(title, taken),
    title:
      title
        .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
        .slice(0, longestTitle)
        .replace(/[\ud800-\udbff]$/, '')
        .trim() || 'A result',
    note: '',
    sections: [...sectionNames],
    opensIn: 'result',
    revealed: [],
  };
}

/** A folder's name made of a title, unlike those that are taken. */
export function publicationId(title: string, taken: readonly string[] = []): string {
  const words = title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const plain = words
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, longestId - 5);
  const stem = plain.replace(/-$/, '');
  const first = stem === '' || reserved.test(stem) ? 'result' : stem;
  for (let number = 1; ; number++) {
    const id = number === 1 ? first : `${first}-${number}`;
    if (!taken.includes(id)) return id;
  }
}

/**
 * @param name of the file, for messages
 * @throws WinnowError `bad-file` naming the field that is wrong, `newer-version` for one of a newer Winnow.
 */
export function checkPublication(value: unknown, name: string): Publication {
  const next = 'Publish the result again.';
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown };
  if (format !== 'winnow-publication') {
    throw new WinnowError('bad-file', `\`${name}\` describes nothing that Winnow published.`, next);
  }
  if (typeof version === 'number' && version > publicationVersion) {
    const message = `\`${name}\` has version ${version}; this page reads versions up to ${publicationVersion}.`;
    throw new WinnowError('newer-version', message, 'Open it with the newer Winnow that wrote it.');
  }
  const result = v.safeParse(publicationSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const message = `\`${name}\` is not valid: at ${v.getDotPath(issue) ?? 'the file'}, ${issue.message}.`;
  throw new WinnowError('bad-file', message, next);
}
