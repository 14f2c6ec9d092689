/** The session as the page gets it: opened when first needed, so that the start screen loads without the engine. */
import type { Session } from '../../session/worker/client.ts';

export type { Session };
export type SessionSource = () => Promise<Session>;

/** Of a page without an engine: whatever would ask it is not there. */
export const noSession: SessionSource = () => Promise.reject(new Error('this page holds no engine'));

export function once(open: SessionSource): SessionSource {
  let session: Promise<Session> | null = null;
  return () => {
    session ??= open().catch((error: unknown) => {
      session = null; // the next call tries again
      throw error;
    });
    return session;
  };
}
