/**
 * Part of the cache's key: raised whenever the graphs, the way in which an export's hidden states are found, the tokenisation
 * or the runtime may give other numbers, so that activations of an older Winnow are never mixed with new ones.
 */
export const graphVersion = 6;
