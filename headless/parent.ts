/**
 * A command that npm started ends when npm does. npm hands signals to the shell between, and not every shell hands them
 * on; of a SIGKILL nobody hears. But whoever loses its parent gets another one.
 */
import { readFileSync } from 'node:fs';

const everyMs = 200;

/** Calls `onGone` once; the function that it gives stops the watch. Does nothing where npm has not started the process. */
export function watchParent(onGone: () => void): () => void {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const shell = process.ppid;
  const above = isShell(shell) ? parentOf(shell) : null;
  const timer = setInterval(() => {
    if (process.ppid === shell && (above === null || parentOf(shell) === above)) return;
    clearInterval(timer);
    onGone();
  }, everyMs).unref();
  return () => clearInterval(timer);
}

/** `sh -c '…'`, as npm starts it. */
function isShell(pid: number): boolean {
  return read(pid, 'cmdline')?.split('\0')[1] === '-c';
}

/** Field 4 of /proc/PID/stat (proc_pid_stat(5)); null on systems without. */
function parentOf(pid: number): number | null {
  const stat = read(pid, 'stat');
  return stat === null ? null : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function read(pid: number, name: 'cmdline' | 'stat'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return null;
  }
}
