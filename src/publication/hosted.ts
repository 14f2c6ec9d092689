/**
 * Results that lie beside the page: one list, and of each result a folder with its record, its run, its smaller model and,
 * where its author wants others to run it, its model and data. The page's own demos are such results. All of it may come from
 * another's hands, so every field is checked, and no path leads out of its folder.
 */
import * as v from 'valibot';
import { WinnowError } from '../base/errors.ts';
import { checkPublication, idSchema, titleSchema, type Publication } from './publication.ts';

/** In the page's folder. */
export const hostedFolder = 'demo';
export const listName = 'index.json';
/** In the folder of a result. */
export const recordName = 'manifest.json';
export const runName = 'result.json';

/** What a page can do with its results: show them; answer typed texts with their smaller models; run them anew. */
export const siteForms = ['view', 'field', 'run'] as const;
export type SiteForm = (typeof siteForms)[number];

const mostResults = 500;
const mostFiles = 200;

/** Below a folder, and the same in an address. */
const pathSchema = v.pipe(
  v.string(),
  v.maxLength(300),
  v.regex(/^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/, 'it is no plain path below its folder'),
);

const listSchema = v.object({ results: v.pipe(v.array(idSchema), v.maxLength(mostResults)) });

const filesSchema = v.object({
  /** What its data are called in sentences; null: as the run calls its task. */
  task: v.nullable(titleSchema),
  /** Of its data, where that is not the task's to say; null: it is, or there are none. */
  columns: v.nullable(v.partial(v.object({ text: v.string(), pair: v.string(), label: v.string() }))),
  /** To run it here; none: nobody can. */
  files: v.pipe(
    v.array(
      v.object({
        path: pathSchema,
        bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
        role: v.picklist(['model', 'train', 'dev', 'test']),
      }),
    ),
    v.maxLength(mostFiles),
  ),
  /** Of its smaller model, in its folder beside the record; none: there is none. */
  smaller: v.pipe(v.array(pathSchema), v.maxLength(mostFiles)),
  /** Its smaller model answers two texts. */
  pairs: v.optional(v.boolean(), false),
});

/** What an author publishes, and which files lie beside it. */
export type HostedRecord = Publication & v.InferOutput<typeof filesSchema>;

/** The folder of a result's smaller model, in its own. */
export function smallerFolder(id: string): string {
  return `${id}-smaller`;
}

/** @returns the ids of the results. @throws WinnowError `bad-file`. */
export function checkList(value: unknown): string[] {
  const result = v.safeParse(listSchema, value);
  if (result.success) return result.output.results;
  throw invalid(`${hostedFolder}/${listName}`, result.issues[0]);
}

/** @param name of the file, for messages. @throws WinnowError `bad-file`, `newer-version`. */
export function checkHosted(value: unknown, name: string): HostedRecord {
  const publication = checkPublication(value, name);
  const result = v.safeParse(filesSchema, value);
  if (result.success) return { ...publication, ...result.output };
  throw invalid(name, result.issues[0]);
}

function invalid(name: string, issue: v.BaseIssue<unknown>): WinnowError {
  const message = `\`${name}\` is not valid: at ${v.getDotPath(issue) ?? 'the file'}, ${issue.message}.`;
  return new WinnowError('bad-file', message, 'Publish the results again.');
}
