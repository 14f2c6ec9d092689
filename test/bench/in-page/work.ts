/** In the page, for `npm run bench`: pieces of a run, timed. */
import { arithmeticWork, type ArithmeticName, type AskedArithmetic } from './arithmetic.ts';
import { encoderWork, type AskedEncoder, type EncoderName } from './encoder.ts';
import type { WorkSeconds } from './clock.ts';
import { storageWork, type AskedStorage } from './storage.ts';

export type WorkName = ArithmeticName | EncoderName | 'storage';

export type Asked<Name extends WorkName> = Name extends ArithmeticName
  ? AskedArithmetic
  : Name extends EncoderName
    ? AskedEncoder
    : AskedStorage;

type Work<Name extends WorkName> = (asked: Asked<Name>, files: File[]) => Promise<WorkSeconds>;

const works: { [Name in WorkName]: Work<Name> } = { ...arithmeticWork, ...encoderWork, storage: storageWork };

export function measureWork<Name extends WorkName>(
  name: Name,
  asked: Asked<Name>,
  files: File[],
): Promise<WorkSeconds> {
  return works[name](asked, files);
}
