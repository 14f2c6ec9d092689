/** A reduced model opened from its very files, in ONNX Runtime as the page has it. */
import { readSlice } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import { readOnnx } from '../format/onnx.ts';
import { logitsName } from '../model/architecture.ts';
import { firstPlaceOf, type PaddedBatch } from '../model/batch.ts';
import { loadRuntime, type Runtime } from '../model/runtime.ts';
import { openModel, type ExternalWeight, type Feeds, type SessionPlace } from '../model/session.ts';

/** A model file and, where its weights lie beside it, that file. */
export interface ReducedFiles {
  model: File;
  data: File | null;
}

export interface OpenReduced {
  /** Padding would change the numbers of a row. */
  readonly unpadded: boolean;
  /**
   * float32 [rows, outputs], or [rows, T, outputs] of labelled words. Calls queue.
   * @throws WinnowError `device-lost`, `out-of-memory` or `internal`.
   */
  run(batch: PaddedBatch): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * @throws WinnowError `bad-file` when the bytes are no ONNX model, `bad-model` when it is none that answers with logits,
 * `missing-file` when its weights lie in a file that is not there, `unreadable-file`, `out-of-memory`, `internal`.
 */
export async function openReduced(
  { model, data }: ReducedFiles,
  { threads, ...place }: SessionPlace & { threads: number },
): Promise<OpenReduced> {
  const outline = await readOnnx(model);
  const names = outline.inputs.map(({ name }) => name);
  if (!outline.outputs.some(({ name }) => name === logitsName) || !names.includes('input_ids')) {
    const message = `\`${model.name}\` is no reduced model: it does not answer token ids with logits.`;
    throw new WinnowError('bad-model', message, 'Drop the folder that Winnow wrote.');
  }
  const external = [...outline.tensors.values()].filter((tensor) => tensor.data?.location != null);
  if (external.length > 0 && data === null) {
    const message = `\`${model.name}\` keeps its weights in \`${model.name}_data\`, which is missing.`;
    throw new WinnowError('missing-file', message, 'Add that file from the same folder.');
  }
  const weights =
    data && external.length > 0 ? [{ path: `${model.name}_data`, file: data, start: 0, end: data.size }] : [];
  const runtime = await loadRuntime(place.backend, threads);
  const session = await openModel(
    runtime,
    { bytes: await readSlice(model, 0, model.size), weights: weights satisfies ExternalWeight[], onCpu: [] },
    place,
  );
  return {
    unpadded: !names.includes('attention_mask') || outline.nodes.some(({ op }) => op === 'Conv'),
    run: (batch) => session.run(feedsOf(runtime.ort, batch, names), logitsName),
    dispose: () => session.dispose(),
  };
}

function feedsOf({ Tensor }: Runtime, batch: PaddedBatch, names: readonly string[]): Feeds {
  const { rows, length, ids, typeIds, lengths } = batch;
  const attended = new Int32Array(rows * length);
  for (let row = 0; row < rows; row += 1) {
    const start = row * length + firstPlaceOf(batch, row);
    attended.fill(1, start, start + lengths[row]);
  }
  const values: Record<string, Int32Array> = { input_ids: ids, attention_mask: attended, token_type_ids: typeIds };
  return Object.fromEntries(
    names.map((name) => [name, new Tensor('int64', BigInt64Array.from(values[name], BigInt), [rows, length])]),
  );
}
