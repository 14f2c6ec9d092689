/** Adam as PyTorch runs it (Kingma & Ba 2015, algorithm 1, ε outside the corrected root), one step over flat arrays. */

export const beta1 = 0.9;
export const beta2 = 0.999;
export const epsilon = 1e-8;

export interface AdamStep {
  /** Learning rate over 1 − β1ᵗ. */
  size: number;
  /** √(1 − β2ᵗ). */
  root: number;
}

/** The corrections of step t = 1, 2, … */
export function adamStep(learningRate: number, t: number): AdamStep {
  return { size: learningRate / (1 - beta1 ** t), root: Math.sqrt(1 - beta2 ** t) };
}
