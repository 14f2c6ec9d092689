/** What stands for a text of several tokens: its first, its last, or the mean over all of them, special ones included. */
export const poolings = ['first', 'last', 'mean'] as const;
export type Pooling = (typeof poolings)[number];

export const poolingWords: Readonly<Record<Pooling, string>> = {
  first: 'its first token',
  last: 'its last token',
  mean: 'the mean of its tokens',
};
