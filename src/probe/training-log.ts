/** What trainings took, summed up for whoever warns of limits and learns how fast this browser is. */
export class TrainingLog {
  /** Probes whose best epoch was the last that was allowed. */
  limited = 0;
  #weights = 0;
  #weightEpochs = 0;

  /**
   * Takes a training of several probes.
   * @param training its weights, the sum over its epochs of the weights that went along, and how many probes were limited.
   */
  add({ weights, weightEpochs, limited }: { weights: number; weightEpochs: number; limited: number }): void {
    this.#weights += weights;
    this.#weightEpochs += weightEpochs;
    this.limited += limited;
  }

  /** Mean epochs of the trainings since the last call, by their weights; null where nothing was trained. */
  takeEpochs(): number | null {
    const mean = this.#weights > 0 ? this.#weightEpochs / this.#weights : null;
    this.#weights = 0;
    this.#weightEpochs = 0;
    return mean;
  }
}
