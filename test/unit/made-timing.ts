/** Times as a run file has them, made up: a model of two layers of 8, cut after the first, and a classifier of 5 neurons. */
import type { DepthSeries, Timing } from '../../src/run/run-file.ts';
import { spreadOf } from '../../src/timing/spread.ts';

interface MadeTiming {
  /** A row's milliseconds in the best batch, by round; one row at a time takes twice as long. */
  full: number[];
  cut: number[];
  /** Of 1,000 of 4,000 rows, with all 24 neurons and with 5. */
  fullTraining?: number[];
  cutTraining?: number[];
}

export function madeTiming({ full, cut, fullTraining = full, cutTraining = cut }: MadeTiming): Timing {
  const series = (batch: number, padded: number | null, scale: number): DepthSeries => ({
    ...{ batch, padded },
    depths: [cut.map(() => 0.1), cut, full].map((samples, layers) => ({
      layers,
      wall: spreadOf(samples.map((ms) => ms * scale)),
      device: null,
    })),
  });
  const classifier = (features: number, samples: number[], predictionMs: number, rows = 1000) => ({
    ...{ made: false, features, rows, classes: 2, epochs: 10 },
    training: spreadOf(samples),
    prediction: spreadOf(samples.map(() => predictionMs)),
  });
  return {
    created: '2026-01-01T00:00:00.000Z',
    device: { backend: 'wasm', adapter: null, threads: 2, browser: 'Chrome 147' },
    train: { inputs: 4000, rows: 4000 },
    encoder: {
      ...{ rows: 64, tokens: 20, outputs: 1 },
      tried: [
        { batch: 1, ms: 2 },
        { batch: 16, ms: 1 },
      ],
      series: [series(1, null, 2), series(1, 32, 3), series(16, null, 1), series(16, 32, 2)],
    },
    classifiers: [
      classifier(5, cutTraining, 0.001),
      classifier(24, fullTraining, 0.004),
      classifier(24, [1], 0.004, 250),
      { ...classifier(5, [1], 0.001), made: true },
    ],
  };
}
