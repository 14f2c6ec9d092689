/** What is asked where the layers of two results are held against each other, and what comes of it: part of the contract. */
import type { DroppedFile } from '../data/cards.ts';
import type { FieldValues } from '../measures/fields.ts';
import type { RunOptions } from '../options/table.ts';
import type { NamedRun } from '../run/test-rows.ts';

/** A result whose layers are held against those of another. */
export interface LayersOf extends NamedRun {
  /** Activations of its test rows, one file or a file a layer; null: those that this browser keeps of it. */
  files: DroppedFile[] | null;
}

export interface LayersRequest {
  results: [LayersOf, LayersOf];
  place: Pick<RunOptions, 'device' | 'threads'>;
}

/** How alike the layers of two results are on their test rows: [layers of the first, layers of the other]. */
export interface LayersAlike {
  cka: FieldValues['cka'];
  /** That were matched. */
  rows: number;
}
