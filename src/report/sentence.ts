/** Sentences made from numbers. Pure text; a part that matters most is marked, never formatted. */

/** A stretch of a sentence. */
export interface Phrase {
  text: string;
  strong: boolean;
}

export function plain(text: string): Phrase {
  return { text, strong: false };
}

export function strong(text: string): Phrase {
  return { text, strong: true };
}
