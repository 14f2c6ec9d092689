/**
 * What one sort of file needs for a result to be saved as it: by a button of the page, and by the command line beside
 * run.json. Files are made when they are asked for; modules that only the file needs are imported then.
 */
import type { ResultSource } from '../report/analysis.ts';

export type Content = string | Blob | Uint8Array<ArrayBuffer>;

/** Makes a file's content; text is written as UTF-8. */
export type Maker = () => Content | Promise<Content>;

export interface SavedFile {
  /** What its button says. */
  title: string;
  /** MIME. */
  type: string;
  fileName: string;
  content: Maker;
}

export interface Export extends Pick<SavedFile, 'title' | 'type'> {
  /** For tests, which find its button as `download-<id>`. */
  id: string;
  /** The file's name in a folder that holds one result. */
  name: string;
  /** What the file is, where help should say more than its name. */
  note?: string;
  /** How the file's name ends when it stands among those of other results; as `name` where it is left out. */
  ending?: (source: ResultSource) => string;
  /** null: there is no such file of this result. */
  maker: (source: ResultSource) => Maker | null;
}
