/** How a worker's function answers: errors cross the boundary as data, which keeps their code and next step. */
import { toPlainError } from '../../base/errors.ts';
import type { Outcome } from '../contract.ts';

export function guarded<A extends unknown[], T>(
  work: (...args: A) => T | Promise<T>,
): (...args: A) => Promise<Outcome<T>> {
  return async (...args) => {
    try {
      return { ok: true, value: await work(...args) };
    } catch (error) {
      return { ok: false, error: toPlainError(error) };
    }
  };
}
