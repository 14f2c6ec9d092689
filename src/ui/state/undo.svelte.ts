/**
 * What was just done and can be undone: one thing at a time, for a while. The clock stands still while a hand or the focus
 * is on the offer, so that nobody has to hurry.
 */
export interface UndoOffer {
  /** What was done, as a sentence. */
  message: string;
  undo: () => void | Promise<void>;
}

const offerMs = 20_000;

export class Undo {
  offer = $state.raw<UndoOffer | null>(null);
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Takes the place of the offer before. */
  propose(message: string, undo: UndoOffer['undo']): void {
    this.offer = { message, undo };
    this.rest();
  }

  async take(): Promise<void> {
    const { offer } = this;
    this.dismiss();
    await offer?.undo();
  }

  dismiss(): void {
    this.hold();
    this.offer = null;
  }

  /** Stops the clock. */
  hold(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Starts it anew. */
  rest(): void {
    this.hold();
    this.#timer = setTimeout(() => this.dismiss(), offerMs);
  }
}
