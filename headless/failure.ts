/**
 * Failures of the command line and what they exit with. The sentence and the next step go to stderr; nothing is retried
 * here and no stack is shown.
 */
import { WinnowError, type ErrorCode } from '../src/base/errors.ts';

export const exitCodes = {
  done: 0,
  internal: 1,
  usage: 2,
  badInput: 3,
  noBrowser: 4,
  incomplete: 5,
  cancelled: 130,
} as const;

/** What is wrong with the command itself or the machine it runs on; `WinnowError` is for what the page reports. */
export class CommandFailure extends Error {
  readonly code: 'usage' | 'output-exists' | 'no-browser' | 'incomplete' | 'cancelled' | 'internal';
  readonly next: string;

  constructor(code: CommandFailure['code'], message: string, next: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CommandFailure';
    this.code = code;
    this.next = next;
  }
}

/**
 * Exit code of an error: 2 usage, 3 bad input, 4 no usable browser or adapter, 5 the result is there but not all that
 * belongs to it, 130 cancelled, 1 anything unforeseen.
 */
export function exitCodeOf(code: FailureCode): number {
  return exits[code];
}

type FailureCode = CommandFailure['code'] | ErrorCode;

const { internal, usage, badInput, noBrowser, incomplete, cancelled } = exitCodes;
const exits: Readonly<Record<FailureCode, number>> = {
  ...{ usage, 'output-exists': usage, 'bad-option': usage },
  ...{ 'bad-file': badInput, 'bad-model': badInput, 'bad-tokenizer': badInput, 'bad-data': badInput },
  ...{ 'missing-file': badInput, 'unreadable-file': badInput, 'newer-version': badInput },
  ...{ 'no-browser': noBrowser, 'no-adapter': noBrowser, incomplete, cancelled },
  ...{ 'device-lost': internal, 'out-of-memory': internal, 'worker-crashed': internal, 'not-loaded': internal },
  ...{ 'unwritable-file': internal, internal },
};

/** For a promise's `catch`. @param name what cannot be read, as `The file "…"`. */
export function unreadable(name: string): (cause: unknown) => never {
  return (cause) => {
    const message = `${name} cannot be read: ${(cause as Error).message}.`;
    throw new WinnowError('missing-file', message, 'Check the path and that you may read it.', cause);
  };
}

/** Why a file or folder could not be made or written, to follow a colon. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'it is on a file system that is only read',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'your share of the disk is full',
  EFBIG: 'the file would be too large',
  ENAMETOOLONG: 'its name is too long',
  ENOTDIR: 'what should be a folder on the way to it is a file',
  ENOENT: 'a folder on the way to it cannot be made',
  EPIPE: 'nobody reads it any more',
  EBUSY: 'it is in use, or another file system begins there',
  ELOOP: 'its links lead in a circle',
};

/** Any thrown value as what is printed: the code, what happened, what to do. */
export function describeFailure(error: unknown): { code: FailureCode; message: string; next: string } {
  if (error instanceof CommandFailure || error instanceof WinnowError) {
    return { code: error.code, message: error.message, next: error.next };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `Something in Winnow failed: ${message}`,
    next: 'Try again; if it happens again, report it with the command you used.',
  };
}
