/** A word where the limit of epochs, and not the dev loss, ended trainings. */
import { counted, integer } from '../../base/numbers.ts';
import type { ProbeOptions } from '../../probe/parts.ts';
import type { Stages } from './stages.ts';

/** @param before how many trainings the limit had ended before those that are warned of. */
export function warnOfLimit({ warn }: Pick<Stages, 'warn'>, { epochs, log }: ProbeOptions, before = 0): void {
  const limited = (log?.limited ?? 0) - before;
  if (limited === 0) return;
  const probes = limited === 1 ? 'One probe was' : `${integer(limited)} probes were`;
  warn(
    `${probes} still getting better when training ended at the limit of ${counted(epochs, 'epoch')}: their scores may be too low.`,
  );
}
