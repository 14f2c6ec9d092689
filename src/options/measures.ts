/**
 * Measures that a run may leave out. Each option has the name of its measure's field in the run file. All are on, but for
 * the one that runs the encoder again; of those that are on, as many are taken as fit into a tenth of the run, unless
 * `allMeasures` asks for more (session/estimate/fitting-measures.ts).
 */
import { counted } from '../base/numbers.ts';
import { number, ofAnalyze, onOff } from './kinds.ts';

export const measureOptions = [
  onOff('allMeasures', {
    flag: ofAnalyze(
      'all-measures',
      'every measure of how layers are built, however long they take together',
      'without it the quickest are taken, as long as together they stay below a tenth of the analysis, as estimated for two cores',
    ),
    inWords: () => 'all measures, however long they take',
    field: {
      group: 'measures',
      label: 'All measures',
      hint: 'however long they take; else the quickest of them, as long as together they stay below a tenth of the analysis',
    },
  }),
  onOff('geometry', {
    usual: true,
    flag: ofAnalyze(
      'no-geometry',
      'without how the layers are built: what each does, and in how many directions',
      'block influence, angular distance, participation ratio, effective rank, matrix entropy, anisotropy',
    ),
    inWords: () => 'without the geometry of layers',
    field: {
      group: 'measures',
      label: 'How the layers are built',
      hint: 'what each layer does to the vectors, in how many directions they spread, and which neurons dominate',
    },
  }),
  onOff('mutualNeighbours', {
    usual: true,
    flag: ofAnalyze('no-mutual-neighbours', 'without the rows that are near one another in two layers'),
    inWords: () => 'without common neighbours',
    field: {
      group: 'measures',
      label: 'Common neighbours of layers',
      hint: 'how many of the nearest rows two layers have in common; on 2,000 rows at most',
    },
  }),
  onOff('intrinsicDimension', {
    usual: true,
    flag: ofAnalyze('no-intrinsic-dimension', 'without the number of directions that rows vary in (TwoNN)'),
    inWords: () => 'without the intrinsic dimension',
    field: {
      group: 'measures',
      label: 'Intrinsic dimension',
      hint: 'in how many directions rows vary, layer by layer; on 2,000 rows at most',
    },
  }),
  onOff('usableInformation', {
    usual: true,
    flag: ofAnalyze('no-usable-information', 'without the bits that probes tell of labels, and the hardest rows'),
    inWords: () => 'without usable information',
    field: {
      group: 'measures',
      label: 'Usable information',
      hint: 'how many bits probes tell of a label, and of which test rows the full probe tells least',
    },
  }),
  onOff('codeLength', {
    usual: true,
    flag: ofAnalyze('no-code-length', 'without the online code length of the labels by layer'),
    inWords: () => 'without the code length',
    field: {
      group: 'measures',
      label: 'Online code length',
      hint: 'how easily each layer’s neurons let the labels be learnt, beside a control task',
    },
  }),
  onOff('probeless', {
    usual: true,
    flag: ofAnalyze('no-probeless', 'without the order of neurons that needs no probe, beside the probe’s'),
    inWords: () => 'without the order that needs no probe',
    field: {
      group: 'measures',
      label: 'Order without a probe',
      hint: 'neurons by how far apart the labels’ means are, beside the probe’s order: scores by N, overlap',
    },
  }),
  onOff('shortened', {
    flag: ofAnalyze(
      'leave-out',
      'also run the model without layers that change little, and train the last layer’s probe anew',
      'of every length the block that can best be left out by its angular distance, and as many at the top',
    ),
    inWords: () => 'the model without layers',
    field: {
      group: 'measures',
      label: 'The model without layers',
      hint: 'runs it again without those that change the vectors least: what does leaving them out really cost?',
      shown: ({ activations }) => !activations,
    },
  }),
  number('leftOutLengths', 4, [1, 100], {
    title: 'lengths left out',
    flag: ofAnalyze(
      'leave-out-lengths N',
      'with --leave-out: at most so many lengths, from one layer to half of them (4)',
      'and the number of layers that LayerSelector leaves out at the top',
    ),
    inWords: (lengths) => `at most ${counted(lengths, 'length')} of layers left out`,
    field: {
      group: 'numbers',
      label: 'Lengths left out',
      hint: 'where the model is run without layers: so many lengths, from one layer to half of them',
      shown: ({ activations }) => !activations,
    },
  }),
] as const;

/** Those that a run has where nobody says, if they fit. */
export const usualMeasures: readonly string[] = measureOptions.flatMap((option) =>
  option.kind === 'switch' && option.default ? [option.name] : [],
);
