/**
 * Part of the cache's key: raised whenever the graphs, the tokenisation or the runtime may give other numbers, so that
 * activations of an older Winnow are never mixed with new ones.
 */
export const graphVersion = 1;
