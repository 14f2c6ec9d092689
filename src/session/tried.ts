/** What the page and the worker that answers while one types say to each other. */
import type { Corrections, DroppedFile } from '../data/cards.ts';
import type { RunFile } from '../run/run-file.ts';

/** A smaller model to be asked, and what the whole one beside it is made of. */
export interface AnsweringRequest {
  /** The files of its folder. */
  reduced: DroppedFile[];
  /** The model that it was made of, and the run that keeps the probe on all neurons; null where they are not at hand. */
  whole: {
    files: DroppedFile[];
    corrections: Corrections;
    run: Pick<RunFile, 'oracleProbe' | 'model' | 'data'>;
  } | null;
}

/** In labelling all words are in `text`. */
export interface TriedText {
  text: string;
  pair: string | null;
}

export interface ModelAnswer {
  /** From text to answer. */
  ms: number;
  /** One, or one a word: the label as people read it and the share that softmax gives it; a score and null in regression. */
  answers: { answer: string | number; share: number | null }[];
}

export interface TriedAnswer {
  /** What the text was cut into; null where a sentence has one answer. */
  words: string[] | null;
  reduced: ModelAnswer;
  /** null where the whole model is not at hand. */
  full: ModelAnswer | null;
}
