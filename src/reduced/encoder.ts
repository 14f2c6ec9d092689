/** A reduced model as an encoder: what batches rows for extraction runs it too. */
import type { Encoder } from '../model/encoder.ts';
import type { SessionPlace } from '../model/session.ts';
import type { Padding } from '../tokenizer/tokenizer.ts';
import { fileOf } from './head.ts';
import { writeOnnx, type ReducedModel } from './onnx.ts';
import { openReduced, type ReducedFiles } from './open.ts';

export interface ReducedFacts {
  /** Logits of a row or token. */
  outputs: number;
  /** The task labels words: every token has logits. */
  perToken: boolean;
  maxLength: number;
  /** Fills rows up at their end. */
  padding: Pick<Padding, 'id'>;
}

/**
 * `run` gives the logits of the pooled tokens, or of the rows, [pooled or rows, outputs].
 * @throws WinnowError as `openReduced`.
 */
export async function reducedEncoder(
  files: ReducedFiles,
  { outputs, perToken, maxLength, padding: { id } }: ReducedFacts,
  place: SessionPlace & { threads: number },
): Promise<Encoder> {
  const { run, dispose, unpadded } = await openReduced(files, place);
  const padding = { side: 'right', id, typeId: 0 } as const;
  return {
    ...{ backend: place.backend, layers: 1, hidden: outputs, maxLength, padding, unpadded },
    answers: perToken ? 'tokens' : 'rows',
    dispose,
    async run(batch) {
      const logits = await run({ ...batch, side: padding.side });
      if (!perToken) return logits;
      const pooled = new Float32Array(batch.pooled.length * outputs);
      batch.pooled.forEach((token, at) => {
        pooled.set(logits.subarray(token * outputs, (token + 1) * outputs), at * outputs);
      });
      return pooled;
    },
  };
}

/** In float32, written into memory for as long as it is open. @throws WinnowError as `writeOnnx` and `openReduced`. */
export async function openWritten(
  model: ReducedModel,
  facts: ReducedFacts,
  place: SessionPlace & { threads: number },
): Promise<Encoder> {
  const [main, data] = (await writeOnnx(model, 'float32')).map(fileOf);
  return reducedEncoder({ model: main, data: data ?? null }, facts, place);
}
