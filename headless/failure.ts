/**
 * Failures of the command line and what they exit with. The sentence and the next step go to stderr; nothing is retried
 * here and no stack is shown.
 */
import { WinnowError, type ErrorCode } from '../src/base/errors.ts';

export const exitCodes = { done: 0, internal: 1, usage: 2, badInput: 3, noBrowser: 4, cancelled: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

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
export function exitCodeOf(code: CommandFailure['code'] | ErrorCode): ExitCode {
  switch (code) {
    case 'usage':
    case 'output-exists':
    case 'bad-option':
      return exitCodes.usage;
    case 'bad-file':
    case 'bad-model':
    case 'bad-tokenizer':
    case 'bad-data':
    case 'missing-file':
    case 'unreadable-file':
    case 'newer-version':
      return exitCodes.badInput;
    case 'no-browser':
    case 'no-adapter':
      return exitCodes.noBrowser;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'device-lost':
    case 'out-of-memory':
    case 'worker-crashed':
    case 'unwritable-file':
    case 'internal':
      return exitCodes.internal;
  }
}

/** Any thrown value as what is printed: the code, what happened, what to do. */
export function describeFailure(error: unknown): {
  code: CommandFailure['code'] | ErrorCode;
  message: string;
  next: string;
} {
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
