/** Tokenises and extracts the rows of sources, using what this browser kept of them before. */
import { extractActivations } from '../../activations/extract.ts';
import type { PerRow } from '../../model/architecture.ts';
import { openEncoder, type Encoder } from '../../model/encoder.ts';
import type { Devices } from '../stages/device.ts';
import { tokenize } from '../stages/stage-table.ts';
import { encodeSource, leftOutInWords } from './encode.ts';
import type { FromModel } from './inputs.ts';
import { extractInTurn, inTurn, sum, type Extracted, type Extraction } from './stores.ts';

/** After a lost device a source goes on from the chunks that are done. */
export async function extractSources(
  { model, tokenizer, maxLength, aggregation }: FromModel,
  extraction: Extraction,
  devices: Devices,
): Promise<Extracted> {
  const { stages, sources } = extraction;
  const sentences = sources.map(({ data }) => data.rows.length);
  const total = sum(sentences);
  const [inputUnit, unit] = sources.some(({ data }) => data.kind === 'labelling')
    ? ['sentences', 'words']
    : ['rows', 'rows'];
  const encoded = await stages.run(tokenize, { rows: total, unit: inputUnit }, (progress) =>
    inTurn(sources, sentences, progress, ({ data }, report) =>
      encodeSource(tokenizer, data, { maxLength, aggregation }, { progress: report }),
    ),
  );
  encoded.forEach(({ leftOut }, index) => {
    leftOutInWords(sources[index].file.file.name, leftOut, maxLength).forEach(stages.warn);
  });
  let extracted = 0;
  const facts = { rows: () => Math.round(extracted), unit };
  const stored = await extractInTurn(extraction, encoded, facts, ({ rows }, inStore, report) => {
    // The first report says what was kept from before.
    let first: number | null = null;
    const progress = (done: number): void => {
      if (first === null) extracted += (rows.outputs - (first = done)) * (rows.rows / Math.max(1, rows.outputs));
      report(done);
    };
    return devices.use(({ backend, gpu, threads }) => {
      const options = { backend, threads, padding: tokenizer.padding, ...(gpu ? { gpu: gpu.device } : {}) };
      const open = (perRow: PerRow): Promise<Encoder> => openEncoder(model, { ...options, perRow });
      return inStore(backend, (store) => extractActivations(rows, open, store, { progress }));
    });
  });
  const tokens = sum(encoded.map(({ rows }) => rows.ids.length)) / Math.max(1, total);
  return { sources: stored, tokens, extracted };
}
