/**
 * Measures that a run may leave out. Each option has the name of its measure's field in the run file; all are on, for
 * together they take less than a tenth of a run (docs/protocols.md §10).
 */
import { ofAnalyze, onOff } from './kinds.ts';

export const measureOptions = [
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
] as const;
