/**
 * A reduced model among dropped files, by its winnow.json: what it is, and whether its files are whole. Reads that file
 * alone. All files of its folder are taken: none of them is of the model that an analysis would be of.
 */
import { readText } from '../base/bytes.ts';
import { toPlainError, WinnowError } from '../base/errors.ts';
import { counted, integer } from '../base/numbers.ts';
import { claimedPaths, type IgnoredFile, type Recognition } from '../base/recognition.ts';
import { baseName, folderOf, type SourceFile } from '../base/source-file.ts';
import { tasks } from '../data/tasks.ts';
import { isReducedLike, parseReduced, type ReducedRecord } from './record.ts';

/** What the page shows of a reduced model: plain values. */
export interface ReducedCard {
  /** '' at the top. */
  folder: string;
  record: ReducedRecord;
}

export interface ReducedRecognition extends Recognition<'reduced'> {
  card: ReducedCard | null;
  /** The files of the folder by their paths in it; empty while they are not whole. */
  files: Map<string, File>;
}

const recordName = 'winnow.json';
/** The neurons of the largest models are some hundred thousand numbers. */
const limitBytes = 16 * 2 ** 20;

export async function recogniseReduced(files: readonly SourceFile[]): Promise<ReducedRecognition> {
  const found: ReducedRecognition = {
    ...{ card: null, files: new Map(), used: new Map(), missing: [], notices: [], ignored: [] },
  };
  for (const source of files.filter(({ path }) => baseName(path) === recordName)) {
    const text = await textOf(source);
    if (text === null) continue;
    const folder = folderOf(source.path);
    const inside = files.filter(({ path }) => isInside(folder, path));
    try {
      if (found.card === null) takeFolder(found, parseReduced(text, baseName(source.path)), { folder, inside });
      else ignore(found, folder === '' ? [source] : inside, `${shownFolder(found.card.folder)} is shown.`);
    } catch (error) {
      if (!(error instanceof WinnowError)) throw error;
      found.notices.push({ ...toPlainError(error), path: source.path });
      // At the top there may lie anything else.
      ignore(found, folder === '' ? [source] : inside, 'Its winnow.json cannot be read.');
    }
  }
  return found;
}

/** The text of one that claims to be such a record; null for any other file of the name. */
async function textOf({ file }: SourceFile): Promise<string | null> {
  try {
    const text = await readText(file, limitBytes);
    return isReducedLike(JSON.parse(text)) ? text : null;
  } catch (error) {
    if (error instanceof WinnowError || error instanceof SyntaxError) return null;
    throw error;
  }
}

function isInside(folder: string, path: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

function takeFolder(
  found: ReducedRecognition,
  record: ReducedRecord,
  { folder, inside }: { folder: string; inside: readonly SourceFile[] },
): void {
  const place = (path: string) => (folder === '' ? path : `${folder}/${path}`);
  const own = [...record.files.map(({ path }) => path), recordName, 'README.md'].map(place);
  const taken = inside.filter(({ path }) => folder !== '' || own.includes(path));
  const used = found.used as Map<string, 'reduced'>;
  for (const { path } of taken) used.set(path, 'reduced');
  const byPath = new Map(taken.map(({ path, file }) => [path, file]));
  const fault = record.files.map((file) => faultOf(file, byPath.get(place(file.path)))).find((own) => own !== null);
  found.card = { folder, record };
  found.notices.push({ code: 'bad-option', ...saying(record), path: place(recordName) });
  if (fault) {
    found.notices.push({ code: 'bad-file', message: fault, next: 'Copy the folder again.', path: place(recordName) });
  } else {
    found.files = new Map(record.files.map(({ path }) => [path, byPath.get(place(path)) as File]));
  }
}

function faultOf({ path, bytes }: ReducedRecord['files'][number], file: File | undefined): string | null {
  if (!file) return `The smaller model lacks its file \`${path}\`.`;
  if (file.size === bytes) return null;
  return `\`${path}\` of the smaller model has ${integer(file.size)} bytes, and winnow.json says ${integer(bytes)}.`;
}

function saying({ name, model, task, layers, neurons }: ReducedRecord): { message: string; next: string } {
  const message = `\`${name}\` is a smaller model that Winnow made of \`${model.name}\` for ${tasks[task.name].title}: ${layers} of ${counted(model.layers, 'layer')}, ${counted(neurons.length, 'neuron')}.`;
  const next = `Add data of that task to measure it, or drop \`${model.name}\` itself to analyse that.`;
  return { message, next };
}

function shownFolder(folder: string): string {
  return folder === '' ? 'The smaller model at the top' : `The smaller model in ${folder}`;
}

function ignore(found: ReducedRecognition, files: readonly SourceFile[], reason: string): void {
  const claimed = claimedPaths(found);
  const left: IgnoredFile[] = files.filter(({ path }) => !claimed.has(path)).map(({ path }) => ({ path, reason }));
  found.ignored.push(...left);
}
