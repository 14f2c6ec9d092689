/** What was extracted as a file to take away, with the words that its rows stand for. */
import type { Control } from '../../base/abort.ts';
import type { ActivationSet } from '../../activations/file/sentences.ts';
import type { ActivationFormat } from '../../activations/file/formats.ts';
import { writeActivations } from '../../activations/file/write.ts';
import type { ExtractedSource } from './extraction.ts';
import type { SourceRows } from './sources.ts';

/** Progress counts rows. A labelling sentence that was left out has no rows and no words in the file, and keeps its place. */
export function activationsFile(
  { activations, starts }: ExtractedSource,
  data: SourceRows,
  format: ActivationFormat,
  control: Control,
): Promise<Blob> {
  const set: ActivationSet = { activations, lengths: null, words: null };
  if (data.kind === 'sentence') return writeActivations(format, set, control);
  const lengths = Int32Array.from(data.rows, (_, row) => starts[row + 1] - starts[row]);
  const words = data.rows.map((sentence, row) => (lengths[row] > 0 ? sentence.words : []));
  return writeActivations(format, { ...set, lengths, words }, control);
}
