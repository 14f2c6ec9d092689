/**
 * Processes by `<pid>-<start>-<machine>`: numbers of processes come again, when they started does not. Start and machine
 * are hashes, in hexadecimal digits.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process of another machine, or of another container, cannot be asked: it touches its files twice a minute. */
const silenceMs = 10 * 60_000;

const machine = digest(`${hostname()} ${reading(() => readlinkSync('/proc/self/ns/pid'))}`).slice(0, 8);

/** This process. */
export const self = `${process.pid}-${startOf(process.pid)}-${machine}`;

/** @param path what it touches while it is there. */
export function isGone(identity: string, path: string): boolean {
  const [pid = '', start, where] = identity.split('-');
  if (where !== machine) return Date.now() - touchedMs(path) > silenceMs;
  return !isThere(Number(pid)) || startOf(Number(pid)) !== start;
}

/** `12345`, or where else it runs. */
export function processText(identity: string): string {
  const [pid, , where] = identity.split('-');
  return where === machine ? `process ${pid}` : `process ${pid} of another machine`;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Twelve digits; those of an empty text where the system does not say. A process that only waits to be collected has ended. */
function startOf(pid: number): string {
  return digest(process.platform === 'darwin' ? startOnMac(pid) : startOnLinux(pid)).slice(0, 12);
}

/** Field 22 of /proc/PID/stat counts from the boot (proc_pid_stat(5)). */
function startOnLinux(pid: number): string {
  const stat = reading(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return 'ended';
  const start = fields[18];
  return start === undefined ? '' : `${reading(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))}${start}`;
}

function startOnMac(pid: number): string {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  return reading(() => execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env }));
}

function touchedMs(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return Date.now();
  }
}

function reading(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
