/**
 * The form of the run file (`run.json`): one schema for the page, the command line and the demo. Every score is a fraction;
 * null is a score that is not defined (the correlation of a constant). Layer 0 is the embeddings.
 */
import * as v from 'valibot';
import { poolings } from '../base/pooling.ts';
import { splitScores } from '../data/scores.ts';
import { scoreNames, taskNames } from '../data/tasks.ts';
import { fieldNames, fieldSchemas } from '../measures/fields.ts';
import { trainingSchema } from './training.ts';
import { clusteringSchema, keptProbeSchema, selectionSchema } from './neurons.ts';
import { reducedEntrySchema } from './reduced.ts';
import { placeSchema, timingSchema } from './timing.ts';
import { verdictSchema } from './verdict.ts';

export const runVersion = 3;

/** A count of at least one. */
const whole = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Files have them in this order since there were neurons in them. */
const { cka, ...measures } = fieldSchemas;

export const runSchema = v.object({
  format: v.literal('winnow-run'),
  version: v.literal(runVersion),
  created: v.string(),
  protocol: v.picklist(['paper', 'refined']),
  options: v.object({
    /** Rows of the train file that were used; null: all of them. */
    rows: v.nullable(v.number()),
    /** A quick look: at most so many rows (labelled words: sentences) of every part, drawn at random; absent: all. */
    sample: v.optional(whole),
    /** null: the vectors were extracted elsewhere. */
    maxLength: v.nullable(v.number()),
    /** Which of a word's subwords stand for it; absent where rows are sentences. */
    aggregation: v.optional(v.picklist(['last', 'first', 'average'])),
    /** What stood for a sentence of several tokens in activation files; absent where there was no choice. */
    sentenceToken: v.optional(v.picklist(poolings)),
    seeds: v.array(v.number()),
    /** The most, where training stops early. */
    epochs: v.number(),
    /** Measures left out, for with them all would have made a tenth of the analysis or more; absent: none. */
    leftOut: v.optional(v.array(v.picklist(fieldNames))),
    /** Epochs without a better one by dev loss after which a probe's training ended; absent: all epochs were trained. */
    patience: v.optional(v.number()),
    batchSize: v.number(),
    learningRate: v.number(),
    lambda1: v.number(),
    lambda2: v.number(),
  }),
  model: v.object({
    name: v.string(),
    /** `activations`: the vectors were extracted elsewhere. */
    architecture: v.string(),
    /** Besides the embeddings; activations from elsewhere may be of one layer alone. */
    layers: v.pipe(v.number(), v.integer(), v.minValue(0)),
    hidden: whole,
    /** null: not known, as there was no model. */
    parameters: v.nullable(v.number()),
    /** Of each weight (or activation) file's bytes in name order; one file: of that file. */
    sha256: v.string(),
    /** Names of the weight files that were used, and of those beside them that were not; absent in files of before. */
    weights: v.optional(v.array(v.string())),
    otherWeights: v.optional(v.array(v.string())),
    /** Which of several encoders in the weights, the one used first; absent where there is one. */
    encoders: v.optional(v.array(v.string())),
    /** Name of the file whose low-rank adapter is merged; absent where there is none. */
    adapter: v.optional(v.string()),
    /** What stood for a sentence. */
    pooling: v.optional(v.picklist(poolings)),
    /** The last layer is normalised and the others are not (protocols §11); absent where all are of one kind. */
    lastLayer: v.optional(v.literal('normalised')),
  }),
  data: v.object({
    task: v.picklist(taskNames),
    files: v.array(
      v.object({
        role: v.picklist(['train', 'dev', 'test']),
        name: v.string(),
        bytes: v.number(),
        sha256: v.string(),
        /** How its text was read; absent where that is no choice, and in files made before. */
        encoding: v.optional(v.string()),
        separator: v.optional(v.string()),
        quoted: v.optional(v.boolean()),
      }),
    ),
    /** Columns that were read, and the others there are; absent where the task decides, and in files made before. */
    columns: v.optional(
      v.object({ text: v.string(), pair: v.nullable(v.string()), label: v.string(), others: v.array(v.string()) }),
    ),
    /** Rows of the three parts: sentences, or words where these are labelled. For GLUE, test is the official dev file. */
    instances: v.object({ train: v.number(), dev: v.number(), test: v.number() }),
    /** Sorted; empty for regression. */
    labels: v.array(v.string()),
    /** Share of the most frequent train label in the test part; null for regression. */
    majority: v.nullable(v.number()),
  }),
  metric: v.picklist(scoreNames),
  device: placeSchema,
  timings: v.array(
    v.object({
      stage: v.string(),
      ms: v.number(),
      rows: v.optional(v.number()),
      /** Of the probes that it trained, the mean by their weights. */
      epochs: v.optional(v.number()),
    }),
  ),
  oracle: v.object(splitScores),
  /** On all neurons, layer × hidden + index; absent as the probes of minimal sets are. */
  oracleProbe: v.optional(keptProbeSchema),
  layers: v.object({
    individual: v.array(v.object({ layer: v.number(), ...splitScores })),
    /** Entry k is the probe on layers 0..k. */
    concatenated: v.array(v.object({ layer: v.number(), ...splitScores })),
  }),
  /** How the probes learned; absent in files of before. */
  training: v.optional(trainingSchema),
  cka,
  /** By threshold; absent where no neurons were clustered. */
  clustering: v.optional(v.array(clusteringSchema)),
  /** By delta pair, then threshold; absent where no neurons were selected. */
  selection: v.optional(v.array(selectionSchema)),
  /** All layers, no clustering, a fine grid of sizes; absent where it was not asked for. */
  maxFeatures: v.optional(selectionSchema),
  ...measures,
  /** What the layers of another run are held against; absent in files of before. */
  testRows: v.optional(
    v.object({
      /** SHA-256 of the texts of the test part's rows, in order: the same where another run has the same rows. */
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      /** Under which key the browser that made the run keeps their activations. */
      kept: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    }),
  ),
  /** What layers and neurons cost in time; absent where nobody asked. */
  timing: v.optional(timingSchema),
  /** What the numbers come to; absent in files made before there were verdicts. Readers work it out anew. */
  verdict: v.optional(verdictSchema),
  /** Smaller models that were made of this run and measured; absent where there are none. */
  reduced: v.optional(v.array(reducedEntrySchema)),
  warnings: v.array(v.string()),
});

export type RunFile = v.InferOutput<typeof runSchema>;
export type LayerScores = RunFile['layers']['individual'][number];
