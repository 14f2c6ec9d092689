/**
 * Errors that a person reads: what happened, what to do next. Everything thrown on purpose in Winnow is one of these;
 * they cross the worker boundary as plain data (`toPlainError`) and come back as the same class.
 */

/** A stable name for each kind of failure, used by tests, the command line's exit codes and the page. */
export type ErrorCode =
  | 'bad-file' // a file's bytes are not what its format promises
  | 'bad-model' // config or weights do not describe a model that can be run
  | 'bad-tokenizer'
  | 'bad-data' // rows or labels do not fit the task
  | 'bad-option' // a setting outside its range
  | 'missing-file' // something needed was not given
  | 'unreadable-file' // the file vanished or changed while it was read
  | 'not-loaded' // a part of the program did not come from its server
  | 'unwritable-file' // a file cannot be saved where the user wants it
  | 'newer-version' // written by a newer Winnow
  | 'no-adapter' // the chosen device is not there
  | 'device-lost'
  | 'out-of-memory'
  | 'worker-crashed'
  | 'cancelled'
  | 'internal';

/** An error as it crosses a worker or a process boundary. */
export interface PlainError {
  code: ErrorCode;
  message: string;
  next: string;
}

/** Something to say about a file or a gap: what, and the one thing to do. `path` is null when a file is absent. */
export interface Notice extends PlainError {
  path: string | null;
  /** Nothing is wrong: these inputs have not been given yet. */
  awaited?: 'model' | 'data';
}

export class WinnowError extends Error {
  readonly code: ErrorCode;
  /** The one thing the user can do now, as a sentence. */
  readonly next: string;

  constructor(code: ErrorCode, message: string, next: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'WinnowError';
    this.code = code;
    this.next = next;
  }
}

/** For bytes that are not what their format promises. */
export function badFile(message: string, next: string, cause?: unknown): WinnowError {
  return new WinnowError('bad-file', message, next, cause);
}

/** Any thrown value as the three things a person needs; an unforeseen error keeps its own text as the message. */
export function toPlainError(error: unknown): PlainError {
  if (error instanceof WinnowError) return { code: error.code, message: error.message, next: error.next };
  if (isAbort(error))
    return { code: 'cancelled', message: 'The run was cancelled.', next: 'Start it again to resume.' };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `Something in Winnow failed: ${message}`,
    next: 'Try again; if it happens again, report it with the files you used.',
  };
}

export function fromPlainError(error: PlainError): WinnowError {
  return new WinnowError(error.code, error.message, error.next);
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/**
 * What `make` makes of so many bytes of memory.
 * @param purpose who needs them, as a sentence names it.
 * @throws WinnowError `out-of-memory` where there is no room.
 */
export async function withRoom<T>(purpose: string, bytes: number, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    throw asNoRoom(purpose, bytes, cause);
  }
}

/** The same without waiting. */
export function withRoomAtOnce<T>(purpose: string, bytes: number, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw asNoRoom(purpose, bytes, cause);
  }
}

function asNoRoom(purpose: string, bytes: number, cause: unknown): unknown {
  if (!(cause instanceof RangeError)) return cause;
  const message = `The browser could not give ${purpose} ${Math.ceil(bytes / 2 ** 20)} MiB of memory.`;
  return new WinnowError('out-of-memory', message, 'Close other tabs, or use fewer rows or a smaller model.', cause);
}
