/** A file that is handed to the page by name; the browser reads it. */
export interface InputFile {
  /** On this machine. */
  location: string;
  /** As the page sees it: the folder's name, then the file's. */
  path: string;
}
