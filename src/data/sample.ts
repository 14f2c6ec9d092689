/** How much a quick look takes. */

/** Rows (labelled words: sentences) of every part at most. */
export const quickLookRows = 500;
