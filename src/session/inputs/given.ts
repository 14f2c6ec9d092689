/**
 * Vectors that were extracted elsewhere, brought into the store like those that a model makes: each source's rows in its
 * own order. Sentences that the file has no rows for were left out by whoever extracted them, and are left out here.
 */
import { fillStore } from '../../activations/file/arrange.ts';
import { rowsBySentence, type Pairing } from '../../activations/file/pair.ts';
import { pairingOf, withActivations } from '../../activations/file/recognise.ts';
import { openStore } from '../../activations/cache.ts';
import type { Activations } from '../../activations/matrix.ts';
import { WinnowError } from '../../base/errors.ts';
import type { DroppedFile } from '../../data/cards.ts';
import { counted } from '../../report/format.ts';
import { extract, tokenize } from '../stages/stage-table.ts';
import { outputsOf, type Outputs } from './encode.ts';
import { inTurn, sum, type Extracted } from './extraction.ts';
import { openHdf5Apart } from '../worker/hdf5.ts';
import { activationKey, type FromFiles, type Inputs } from './inputs.ts';
import type { RowSource } from './sources.ts';
import type { Stages } from '../stages/stages.ts';

interface Paired extends Outputs {
  given: DroppedFile;
  pairing: Pairing;
}

/** @throws WinnowError `bad-data` when a file and its data do not agree, with both numbers or words. */
export async function takeSources(
  { files, reading }: FromFiles,
  inputs: Inputs,
  stages: Stages,
  sources: readonly RowSource[],
  limitBytes: number,
): Promise<Extracted> {
  const sentences = sources.map(({ data }) => data.rows.length);
  const paired = await stages.run(tokenize, { rows: sum(sentences) }, (progress) =>
    inTurn(sources, sentences, progress, (source, tell) =>
      pairSource(source, fileOf(source, files), reading, stages, tell),
    ),
  );
  const outputs = paired.map(({ labels }) => labels.length);
  const activations = await stages.run(extract, { rows: sum(outputs) }, (progress) =>
    inTurn(sources, outputs, progress, (source, tell, index) => {
      const memoryBytes = Math.ceil((limitBytes * outputs[index]) / Math.max(1, sum(outputs)));
      return store(inputs, source, paired[index], { memoryBytes, tell, warn: stages.warn });
    }),
  );
  return {
    sources: paired.map((one, index) => ({ ...one, activations: activations[index] })),
    tokens: 0,
    extracted: 0,
  };
}

function fileOf({ file }: RowSource, files: FromFiles['files']): DroppedFile {
  const given = files.get(file.role);
  if (given) return given;
  const message = `There are no activations of the ${file.role} file \`${file.file.name}\`.`;
  throw new WinnowError('missing-file', message, 'Add them, or give the file that holds them this role.');
}

/** Finds out which sentences the file has rows for. */
async function pairSource(
  { file, data, order }: RowSource,
  given: DroppedFile,
  { token, layers }: FromFiles['reading'],
  stages: Stages,
  progress: (done: number) => void,
): Promise<Paired> {
  const pairing = pairingOf(file, token ?? 'first');
  if (pairing.kind === 'sentences') return { given, pairing, ...outputsOf(data) };
  const rows = await withActivations(given, openHdf5Apart, layers, (opened) =>
    rowsBySentence(opened, pairing, { progress }),
  );
  const kept = new Set<number>();
  order.forEach((sentence, row) => rows[sentence] > 0 && kept.add(row));
  const left = order.length - kept.size;
  if (left > 0) {
    stages.warn(
      `${counted(left, 'sentence')} of \`${file.file.name}\` left out: \`${given.file.name}\` has no activations of them.`,
    );
  }
  return { given, pairing: { ...pairing, words: rows }, ...outputsOf(data, kept) };
}

async function store(
  inputs: Inputs,
  source: RowSource,
  { given, pairing, labels }: Paired,
  { memoryBytes, tell, warn }: { memoryBytes: number; tell: (done: number) => void; warn: (text: string) => void },
): Promise<Activations> {
  const { name, layers, hidden } = inputs.modelFacts;
  const kept = await openStore({
    key: await activationKey(inputs, source, 'given'),
    title: `${name} · ${inputs.task.title} ${source.role}`,
    shape: { rows: labels.length, layers: layers + 1, hidden },
    memoryBytes,
    warn,
  });
  try {
    await withActivations(given, openHdf5Apart, layers + 1, (opened) =>
      fillStore(kept, opened, pairing, { order: source.order, progress: tell }),
    );
    return kept.activations();
  } finally {
    await kept.close();
  }
}
