/** Under which key activations are kept. */
import { vectorParts } from '../../activations/file/vector-file.ts';
import { sha256Text } from '../../base/text-hash.ts';
import { graphVersion } from '../../model/graph/version.ts';
import type { Inputs } from './inputs.ts';
import { sampleIdentity } from './sample.ts';
import type { RowSource } from './sources.ts';

/** How layers of a file are ordered: by their numbers, since this is in keys. */
const layerOrder = 'by index';

/** The key under which a source's activations are kept: everything that decides them, and the order of the rows. */
export function activationKey(inputs: Inputs, source: RowSource, backend: string): Promise<string> {
  const { vectors, task, columns, hashes } = inputs;
  const { ordering, data, file, order, sample, drawnFrom } = source;
  const rows = partOf(inputs, file);
  const quoting = inputs.quotedFiles.has(file.path) ? ['quoted'] : [];
  const text = [
    ...[file, ...file.shards].map(({ path }) => hashes.get(path)),
    task.name,
    ...columns,
    ...rows,
    ...quoting,
  ];
  if (vectors.from === 'files') {
    const vectorFile = vectors.files.get(file.role);
    const { layers, token, alignment } = vectors.reading;
    const parts = vectorFile && vectorParts(vectorFile).map(({ path }) => hashes.get(path));
    const aligning = alignment ? [alignment.aggregation, ...alignment.files.map(({ path }) => hashes.get(path))] : [];
    const reading = [layerOrder, ...(parts ?? []), layers, token, ...aligning];
    return sha256Text(JSON.stringify([...reading, ...text, ordering, order.join()]));
  }
  const { hash, maxLength, pooling, aggregation } = vectors;
  const stands = data.kind === 'labelling' ? aggregation : pooling;
  // A sample runs in batches of its own, whoever extracts it, so that its numbers are the same to the bit.
  const sampling = sample ? [sampleIdentity] : drawnFrom === null ? [] : [sampleIdentity, 'alone'];
  const way = [ordering, drawnFrom ?? data.rows.length, maxLength, stands, backend, ...sampling];
  return sha256Text(JSON.stringify([graphVersion, hash, ...text, ...way]));
}

/** Which rows or words are left out, where any are: runs of several columns of labels share all that they can. */
function partOf({ labelColumn, hashes }: Inputs, { data, labels }: RowSource['file']): unknown[] {
  if (data.kind === 'sentence') return data.leftOut.length === 0 ? [] : ['without', data.leftOut.join()];
  const isPartial = data.skipped > 0 || data.unlabelled > 0;
  return isPartial ? [labelColumn, labels && hashes.get(labels.path)] : [];
}
