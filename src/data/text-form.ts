/** How the text of a data file was read, as far as that was a choice: its encoding, separator and quotes. */
import type { Notice } from '../base/errors.ts';
import { encodingOf } from '../format/encoding.ts';
import type { DataFileCard, TextFormCard } from './cards.ts';
import type { DataCandidate } from './sniff.ts';

export function textFormOf({ file, content }: DataCandidate): TextFormCard {
  const form = content.kind === 'data' ? (content.source.table?.form ?? null) : null;
  const quoted = form?.quotes === 'doubled' || form?.quotes === 'backslash';
  const kept = content.kind === 'data' && content.source.keepsQuotes === true;
  return {
    ...{ encoding: encodingOf(file), separator: form?.separator ?? null, quoted },
    ...(kept && { keepsQuotes: true }),
  };
}

/** What is not as most files are: another encoding, and quotes around cells between tabs. */
export function formNotices({ path, form: { encoding, separator, quoted, keepsQuotes } }: DataFileCard): Notice[] {
  const notices: Notice[] = [];
  const add = (message: string, next: string) => notices.push({ code: 'bad-data', message, next, path });
  if (encoding === 'Windows-1252') {
    const next = 'Look at the preview: if letters are wrong, save the file with the encoding UTF-8 and open it again.';
    add(`\`${path}\` is not UTF-8 text; it is read as Windows-1252 (Latin-1).`, next);
  } else if (encoding !== 'UTF-8') {
    add(`\`${path}\` is read as ${encoding} text.`, 'Nothing to do, unless letters are wrong in the preview.');
  }
  if (separator === '\t' && quoted) {
    const next = 'Choose on the data card that quotes are text (--quotes text), if they should stay.';
    add(`Cells of \`${path}\` are quoted as in CSV: these quotes are taken off.`, next);
  }
  if (keepsQuotes) {
    const message = `All of \`${path}\` is quoted as in CSV; as GLUE’s files have it, its quotes stay in the texts.`;
    add(message, 'Choose on the data card that quotes stand around cells (--quotes csv), if they should be taken off.');
  }
  return notices;
}
