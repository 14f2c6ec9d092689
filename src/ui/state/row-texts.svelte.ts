/** What rows of the held run say, asked for by hand; texts stay in this memory, those of the last run alone. */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { RowText } from '../../data/part-texts.ts';
import type { RowQuestion } from '../../session/contract.ts';
import type { SessionSource } from './session.ts';

type TextsPhase =
  | { name: 'none' }
  | { name: 'reading'; run: string }
  | { name: 'read'; run: string; texts: readonly RowText[] }
  | { name: 'failed'; run: string; error: PlainError };

export class RowTexts {
  phase = $state.raw<TextsPhase>({ name: 'none' });
  readonly #session: SessionSource;

  constructor(session: SessionSource) {
    this.#session = session;
  }

  /** @param run the id of the run that is held. */
  async read(run: string, question: RowQuestion): Promise<void> {
    this.phase = { name: 'reading', run };
    try {
      const texts = await (await this.#session()).rowTexts(question);
      this.phase = { name: 'read', run, texts };
    } catch (error) {
      this.phase = { name: 'failed', run, error: toPlainError(error) };
    }
  }
}
