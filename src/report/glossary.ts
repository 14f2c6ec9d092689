/** The words a newcomer stumbles on, in a sentence or two each (docs/protocols.md has the mathematics), found in texts. */

export interface GlossaryEntry {
  /** As a heading of its explanation, and its key. */
  term: string;
  text: string;
  /** How it stands in sentences. */
  pattern: RegExp;
}

/** In the order of learning: later ones build on those before. */
export const glossary: readonly GlossaryEntry[] = [
  {
    term: 'neuron',
    text: 'One number of a layer’s output: bert-base has 768 a layer. Every row of the data gives each neuron one value.',
    pattern: /\bneurons?\b/i,
  },
  {
    term: 'probe',
    text: 'A simple classifier, one weight a neuron and label, trained on values of neurons while the model stays as it is. What it gets right, these neurons know.',
    pattern: /\bprobes?\b/i,
  },
  {
    term: 'oracle',
    text: 'The probe on all neurons of all layers, also called the full probe. It is the yardstick for every smaller set; it can be wrong, too.',
    pattern: /\boracle\b|\bfull probe\b/i,
  },
  {
    term: 'most frequent label',
    text: 'The score of always giving the label that is most frequent in the train part. A probe that is no better has learnt nothing.',
    pattern: /\bmost frequent label\b/i,
  },
  {
    term: 'train, dev and test part',
    text: 'Probes learn on the train part, choices (which layers, how many neurons) are made on the dev part, and the test part, which had no say, tells what they are worth.',
    pattern: /\b(?:dev|test|train) part\b/i,
  },
  {
    term: 'seed',
    text: 'The start of the random numbers that a probe’s training uses. Several seeds repeat it; ± says how far their scores lie apart (standard deviation).',
    pattern: /\bseeds?\b/i,
  },
  {
    term: 'concatenated',
    text: 'Layers joined: a probe on layers 0 to k gets the neurons of all of them side by side, not those of layer k alone.',
    pattern: /\bconcatenated\b|\blayers? (?:from )?0 (?:to k|up to it)\b|\ball layers from 0 up to it\b/i,
  },
  {
    term: 'embeddings',
    text: 'Layer 0: what the model looks up for each token and its place before any layer of it has read the sentence.',
    pattern: /\bembeddings\b/i,
  },
  {
    term: 'layer selection',
    text: 'The fewest layers, counted from the bottom, whose probe loses no more than is allowed against the probe on all layers.',
    pattern: /\blayer selection\b|\bLayerSelector\b/i,
  },
  {
    term: 'cluster',
    text: 'Neurons that rise and fall together over the rows (or one just as the other falls). One of them can stand for all.',
    pattern: /\bclusters?\b|\bclustering\b/i,
  },
  {
    term: 'c (cluster threshold)',
    text: 'How unlike neurons may be and still count as one: 1 less their correlation, on average. At c = 0.3 neurons of one cluster correlate with about 0.7 or more; a larger c makes fewer, larger clusters.',
    pattern: /\bc(?= = | moves )/,
  },
  {
    term: 'window',
    text: 'How many layers a cluster reaches over, from its lowest to its highest one. A window of 1 lies within a single layer.',
    pattern: /\bwindows?\b/i,
  },
  {
    term: 'feature selection',
    text: 'Neurons are ranked by the weights of a probe; the fewest from the top are kept whose probe, trained anew, loses no more than is allowed.',
    pattern: /\bfeature selection\b/i,
  },
  {
    term: 'Pareto front',
    text: 'The answers that no other one beats in both: none has at most as many neurons and a better score.',
    pattern: /\bPareto front\b/i,
  },
  {
    term: 'McNemar’s test',
    text: 'Compares two probes on the same test rows by those that only one of them gets right. A p below 0.05 means that chance alone would rarely divide them so unevenly.',
    pattern: /\bMcNemar[’']s (?:exact )?test\b/i,
  },
  {
    term: 'control task',
    text: 'The same rows with labels dealt out at random. What a probe gets right there it has memorised, for there is nothing to know.',
    pattern: /\bcontrol task\b/i,
  },
  {
    term: 'selectivity',
    text: 'A probe’s score on the task less its score on the control task. High: the layer knows the task. Near 0: the probe could have memorised it.',
    pattern: /\bselectivity\b/i,
  },
  {
    term: 'ablation',
    text: 'Neurons are taken in or left out in different orders (best first, worst first, at random) to see whether the ranking means anything.',
    pattern: /\bablation\b/i,
  },
  {
    term: 'CKA',
    text: 'Centred kernel alignment: how alike two layers arrange the rows, from 0 (nothing in common) to 1 (the same up to rotation and scale).',
    pattern: /\bCKA\b/,
  },
  {
    term: 'debiased',
    text: 'CKA comes out too high where a layer has many neurons and the data few rows. The debiased form corrects that.',
    pattern: /\bdebiased\b/i,
  },
  {
    term: 'Procrustes similarity',
    text: 'How near one layer comes to another after the best rotation of it: 1 is the same up to rotation and scale.',
    pattern: /\bProcrustes\b/i,
  },
  {
    term: 'block influence',
    text: 'How far one layer turns the vector that stands for a row: 0 not at all. A layer that turns none may be left out at little cost.',
    pattern: /\bblock influence\b/i,
  },
  {
    term: 'angular distance',
    text: 'The angle between a row’s vectors of two layers, as a share of a half turn: 0 the same direction, 0.5 at right angles.',
    pattern: /\bangular distance\b/i,
  },
  {
    term: 'anisotropy',
    text: 'How much the vectors of all rows point the same way. Near 1 it is mostly one or a few neurons that are large in every row.',
    pattern: /\banisotropy\b/i,
  },
  {
    term: 'intrinsic dimension',
    text: 'In how many directions rows really vary around each other: far fewer than a layer has neurons.',
    pattern: /\bintrinsic dimension\b/i,
  },
  {
    term: 'usable information',
    text: 'How many bits a probe tells of a row’s label beyond what the shares of the labels tell. Unlike a score it counts how sure the probe is.',
    pattern: /\busable information\b/i,
  },
  {
    term: 'online code length',
    text: 'The bits that it takes to send all labels if a probe learns from those sent before. What is learnt from few rows takes few bits.',
    pattern: /\b(?:online )?code length\b/i,
  },
  {
    term: 'refined protocol',
    text: 'The paper’s questions answered more soundly: neurons on one scale, rows shuffled, several seeds, and tests of what chance can do.',
    pattern: /\brefined(?: protocol)?\b/i,
  },
  {
    term: 'protocol of the paper',
    text: 'What the published scripts of Dalvi et al. (2020) compute, step by step, so that numbers can be compared with theirs.',
    pattern: /\bprotocol of the paper\b/i,
  },
];

export type Stretch = { text: string; entry: GlossaryEntry | null };

/** A text in stretches: the first place of each term that `free` lets through has its entry. */
export function withTerms(text: string, free: (entry: GlossaryEntry) => boolean): Stretch[] {
  const found = glossary.flatMap((entry) => {
    const match = entry.pattern.exec(text);
    return match && free(entry) ? [{ entry, from: match.index, to: match.index + match[0].length }] : [];
  });
  found.sort((a, b) => a.from - b.from || b.to - a.to);
  const stretches: Stretch[] = [];
  let end = 0;
  for (const { entry, from, to } of found) {
    if (from < end) continue;
    if (from > end) stretches.push({ text: text.slice(end, from), entry: null });
    stretches.push({ text: text.slice(from, to), entry });
    end = to;
  }
  if (end < text.length) stretches.push({ text: text.slice(end), entry: null });
  return stretches;
}
