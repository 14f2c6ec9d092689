/**
 * Failures of the command line and what they exit with. The sentence and the next step go to stderr; nothing is retried
 * here and no stack is shown.
 */
import { WinnowError, type ErrorCode } from '../src/base/errors.ts';

export const exitCodes = { done: 0, internal: 1, usage: 2, badInput: 3, noBrowser: 4, cancelled: 130 } as const;

/** What is wrong with the command itself or the machine it runs on; `WinnowError` is for what the page reports. */
export class CommandFailure extends Error {
  readonly code: 'usage' | 'output-exists' | 'no-browser' | 'cancelled' | 'internal';
  readonly next: string;

  constructor(code: CommandFailure['code'], message: string, next: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CommandFailure';
    this.code = code;
    this.next = next;
  }
}

/** Exit code of an error: 2 usage, 3 bad input, 4 no usable browser or adapter, 130 cancelled, 1 anything unforeseen. */
export function exitCodeOf(code: FailureCode): number {
  return exits[code];
}

type FailureCode = CommandFailure['code'] | ErrorCode;

const { internal, usage, badInput, noBrowser, cancelled } = exitCodes;
const exits: Readonly<Record<FailureCode, number>> = {
  ...{ usage, 'output-exists': usage, 'bad-option': usage },
  ...{ 'bad-file': badInput, 'bad-model': badInput, 'bad-tokenizer': badInput, 'bad-data': badInput },
  ...{ 'missing-file': badInput, 'unreadable-file': badInput, 'newer-version': badInput },
  ...{ 'no-browser': noBrowser, 'no-adapter': noBrowser, cancelled },
  ...{ 'device-lost': internal, 'out-of-memory': internal, 'worker-crashed': internal },
  ...{ 'unwritable-file': internal, internal },
};

/** For a promise's `catch`. @param name what cannot be read, as `The file "…"`. */
export function unreadable(name: string): (cause: unknown) => never {
  return (cause) => {
    const message = `${name} cannot be read: ${(cause as Error).message}.`;
    throw new WinnowError('missing-file', message, 'Check the path and that you may read it.', cause);
  };
}

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
