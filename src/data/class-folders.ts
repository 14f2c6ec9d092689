/**
 * Texts in files of their own, in a folder a class (`aclImdb/train/pos/0_9.txt`), become one file of JSON lines a part:
 * the folder's name is the label. Classes take turns, as their texts are numbered, so that no beginning of the file is of
 * one class. Texts without a class (`unsup`) are left aside.
 */
import type { Notice } from '../base/errors.ts';
import type { IgnoredFile } from '../base/recognition.ts';
import { baseName, folderOf } from '../base/source-file.ts';
import type { DroppedFile } from './cards.ts';
import { proposedRole } from './sniff.ts';

export interface JoinedTexts {
  /** All other files, and one for each part. */
  files: DroppedFile[];
  notices: Notice[];
  ignored: IgnoredFile[];
}

/** Fewer texts a class may be anything. */
const leastTexts = 5;
const readAtOnce = 256;
const unlabelled = /^(unsup(ervised)?|unlabell?ed)$/i;

/** @param files as they were dropped. */
export async function joinClassFolders(files: readonly DroppedFile[]): Promise<JoinedTexts> {
  const parts = new Map<string, Map<string, DroppedFile[]>>();
  for (const file of files) {
    const folder = folderOf(file.path);
    const part = folderOf(folder);
    if (!/\.txt$/i.test(file.path) || proposedRole(baseName(file.path)) !== null || !isPart(part)) continue;
    const classes = parts.get(part) ?? new Map<string, DroppedFile[]>();
    classes.set(baseName(folder), [...(classes.get(baseName(folder)) ?? []), file]);
    parts.set(part, classes);
  }
  const joined: DroppedFile[] = [];
  const notices: Notice[] = [];
  const ignored: IgnoredFile[] = [];
  const taken = new Set<DroppedFile>();
  for (const [part, classes] of parts) {
    const labelled = [...classes].filter(([name]) => !unlabelled.test(name)).sort(([a], [b]) => (a < b ? -1 : 1));
    if (labelled.length < 2 || labelled.some(([, texts]) => texts.length < leastTexts)) continue;
    for (const texts of classes.values()) for (const text of texts) taken.add(text);
    const rows = inTurns(labelled);
    joined.push(await joinedFile(part, rows));
    const names = labelled.map(([name]) => `\`${name}\``).join(', ');
    const message = `\`${part}\` holds ${rows.length} texts in the folders ${names}, which are their labels.`;
    notices.push({ code: 'bad-data', message, next: 'Nothing to do; they are read as one file.', path: part });
    for (const [name, texts] of classes) {
      const reason = `\`${name}\` names no class: its texts are left out.`;
      if (unlabelled.test(name)) ignored.push(...texts.map(({ path }) => ({ path, reason })));
    }
  }
  return { files: [...files.filter((file) => !taken.has(file)), ...joined], notices, ignored };
}

/** Whether a folder is called as a part of a data set. */
function isPart(folder: string): boolean {
  return folder !== '' && proposedRole(`${folder}/text`) !== null;
}

interface LabelledText {
  file: File;
  label: string;
}

/** The first of each class, then the second of each, … */
function inTurns(classes: readonly (readonly [string, readonly DroppedFile[]])[]): LabelledText[] {
  const byName = new Intl.Collator('en', { numeric: true });
  const sorted = classes.map(([label, texts]) => ({
    label,
    texts: texts.toSorted((a, b) => byName.compare(a.path, b.path)),
  }));
  const most = Math.max(...sorted.map(({ texts }) => texts.length));
  return Array.from({ length: most }, (_, turn) =>
    sorted.flatMap(({ label, texts }) => (turn < texts.length ? { label, file: texts[turn].file } : [])),
  ).flat();
}

async function joinedFile(part: string, rows: readonly LabelledText[]): Promise<DroppedFile> {
  const pieces: string[] = [];
  for (let from = 0; from < rows.length; from += readAtOnce) {
    const some = rows.slice(from, from + readAtOnce);
    const texts = await Promise.all(some.map(async ({ file }) => decoded(await file.arrayBuffer())));
    pieces.push(some.map(({ label }, at) => `${JSON.stringify({ text: texts[at].trim(), label })}\n`).join(''));
  }
  const name = `${baseName(part)}.jsonl`;
  return { path: `${part}.jsonl`, file: new File(pieces, name) };
}

/** UTF-8, or what is none as Windows-1252 (Latin-1). */
function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
