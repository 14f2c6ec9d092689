/** Texts that a person types, and what the smaller model and the whole one make of them. One pair of models is open at a time. */
import { toPlainError, type PlainError } from '../../base/errors.ts';
import type { AnsweringRequest, TriedAnswer, TriedText } from '../../session/contract.ts';
import { Latest } from './latest.ts';
import type { SessionSource } from './session.ts';

export class Trying {
  /** What is open or being opened, by a name of the caller's; null: nothing. */
  name = $state.raw<string | null>(null);
  /** Models are on their way. */
  opening = $state.raw(false);
  answer = $state.raw<TriedAnswer | null>(null);
  error = $state.raw<PlainError | null>(null);
  /** Of whose models the error is. */
  failed = $state.raw<string | null>(null);
  readonly #session: SessionSource;
  readonly #answers = new Latest<TriedAnswer>();

  constructor(session: SessionSource) {
    this.#session = session;
  }

  /**
   * Answers what was typed last; opens the models first where those of another name are open.
   * @param request gives the models, asked only when they are to be opened
   */
  ask(name: string, request: () => Promise<AnsweringRequest>, text: TriedText): void {
    if (text.text.trim() === '') return this.#clear();
    const isNew = this.name !== name;
    if (isNew) {
      this.#clear();
      this.name = name;
      this.opening = true;
    }
    const isCurrent = (): boolean => this.name === name;
    const work = async (): Promise<TriedAnswer> => {
      const session = await this.#session();
      if (this.opening && isCurrent()) await session.openAnswering(await request());
      if (isCurrent()) this.opening = false;
      return session.ask(text);
    };
    this.#answers.ask(work, (outcome) => {
      if (!isCurrent()) return;
      this.opening = false;
      this.answer = 'value' in outcome ? outcome.value : null;
      this.error = 'error' in outcome ? toPlainError(outcome.error) : null;
      this.failed = this.error && name;
      // What could not be opened is opened again with the next key.
      if (this.error && this.error.code !== 'bad-data') this.name = null;
    });
  }

  /** Gives the memory of these models back, or of any where none are named. */
  async close(name: string | null = this.name): Promise<void> {
    if (name === null || (this.name !== name && this.failed !== name)) return;
    this.#clear();
    this.name = null;
    (await this.#session()).stopAnswering();
  }

  #clear(): void {
    this.#answers.forget();
    this.answer = null;
    this.error = null;
    this.failed = null;
  }
}
