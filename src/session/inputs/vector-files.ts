/**
 * Vectors that were extracted elsewhere, brought into the store like those that a model makes: each source's rows in its
 * own order. Sentences that the file has no rows for were left out by whoever extracted them, and are left out here.
 */
import { fillStore } from '../../activations/file/arrange.ts';
import { rowsBySentence, type Pairing } from '../../activations/file/pair.ts';
import { pairingOf, withActivations } from '../../activations/file/recognise.ts';
import { WinnowError } from '../../base/errors.ts';
import type { VectorFile } from '../../activations/file/vector-file.ts';
import { counted } from '../../report/format.ts';
import { tokenize } from '../stages/stage-table.ts';
import { openHdf5Apart } from '../worker/hdf5.ts';
import { outputsOf, type Outputs } from './encode.ts';
import type { FromFiles } from './inputs.ts';
import type { RowSource } from './sources.ts';
import { extractInTurn, inTurn, sum, type ExtractedSource, type Extraction } from './stores.ts';

interface PairedSource extends Outputs {
  vectorFile: VectorFile;
  pairing: Pairing;
}

/** @throws WinnowError `bad-data` when a file and its data do not agree, with both numbers or words. */
export async function takeSources({ files, reading }: FromFiles, extraction: Extraction): Promise<ExtractedSource[]> {
  const { inputs, stages, sources } = extraction;
  const sentences = sources.map(({ data }) => data.rows.length);
  const paired = await stages.run(tokenize, { rows: sum(sentences) }, (progress) =>
    inTurn({ sources, sizes: sentences }, progress, (source, report) =>
      pairSource(source, vectorFileOf(source, files), reading, stages.warn, report),
    ),
  );
  const layers = inputs.modelFacts.layers + 1;
  const rows = sum(paired.map(({ labels }) => labels.length));
  return extractInTurn(extraction, paired, { rows }, ({ vectorFile, pairing, labels }, inStore, progress, source) =>
    inStore('given', { source, rows: labels.length }, (store) =>
      withActivations(vectorFile, openHdf5Apart, layers, (opened) =>
        fillStore(store, opened, pairing, { order: source.order, progress: (done) => progress(done) }),
      ),
    ),
  );
}

function vectorFileOf({ file }: RowSource, files: FromFiles['files']): VectorFile {
  const vectorFile = files.get(file.role);
  if (vectorFile) return vectorFile;
  const message = `There are no activations of the ${file.role} file \`${file.file.name}\`.`;
  throw new WinnowError('missing-file', message, 'Add them, or give the file that holds them this role.');
}

/** Finds out which sentences the file has rows for. */
async function pairSource(
  { file, data, order }: RowSource,
  vectorFile: VectorFile,
  { token, layers, alignment }: FromFiles['reading'],
  warn: (text: string) => void,
  progress: (done: number) => void,
): Promise<PairedSource> {
  const pairing = pairingOf(file, token ?? 'first');
  if (pairing.kind === 'sentences') return { vectorFile, pairing, ...outputsOf(data) };
  const tokenizer = alignment?.tokenizer ?? null;
  const { rows, form } = await withActivations(vectorFile, openHdf5Apart, layers, (opened) =>
    rowsBySentence(opened, pairing, { progress, tokenizer }),
  );
  const kept = new Set<number>();
  order.forEach((sentence, row) => rows[sentence] > 0 && kept.add(row));
  const left = order.length - kept.size;
  const { name } = file.file;
  if (left > 0) {
    warn(
      `${counted(left, 'sentence')} of \`${name}\` left out: \`${vectorFile.file.name}\` has no activations of them.`,
    );
  }
  return {
    vectorFile,
    pairing: { ...pairing, words: rows, alignment: form && alignment && { ...alignment, form } },
    ...outputsOf(data, kept),
  };
}
