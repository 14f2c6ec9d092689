/**
 * The processes of a browser that uses a profile, as the system's own list has them; kills one kind of them. Services are
 * those for the network and, where the browser gives it a process of its own (Chrome does, its headless shell does not),
 * for storage.
 */
import { execFileSync } from 'node:child_process';

export type BrowserProcess = 'browser' | 'renderer' | 'GPU process' | 'services';

/** What a process of that kind has on its command line; the browser's own has no type. */
const marks: Readonly<Record<Exclude<BrowserProcess, 'browser'>, string>> = {
  renderer: '--type=renderer',
  'GPU process': '--type=gpu-process',
  services: '--type=utility',
};

interface Listed {
  pid: number;
  parent: number;
  args: string;
}

/** Everything that was started by the browser of a profile, itself first; empty once all of it is gone. */
function processesOf(profile: string): Listed[] {
  const text = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  const all = text.split('\n').flatMap((line): Listed[] => {
    const [, pid, parent, state, args] = /^ *(\d+) +(\d+) +(\S+) +(.*)$/.exec(line) ?? [];
    // One that only waits to be collected has ended.
    return args === undefined || state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), args }];
  });
  const found = all.filter(({ args }) => args.includes(`--user-data-dir=${profile}`));
  const pids = new Set(found.map(({ pid }) => pid));
  for (const listed of found) {
    for (const child of all.filter(({ pid, parent }) => parent === listed.pid && !pids.has(pid))) {
      pids.add(child.pid);
      found.push(child);
    }
  }
  return found;
}

/** @returns how many were killed. */
export function killProcesses(profile: string, kind: BrowserProcess): number {
  const killed = processesOf(profile).filter(({ args }) =>
    kind === 'browser' ? !args.includes('--type=') && !args.includes('crashpad') : args.includes(marks[kind]),
  );
  for (const { pid } of killed) process.kill(pid, 'SIGKILL');
  return killed.length;
}

/** Waits until nothing of a browser is left. @throws when it is still there after `patienceMs`. */
export async function allGone(profile: string, patienceMs = 30_000): Promise<void> {
  for (const end = Date.now() + patienceMs; ;) {
    const left = processesOf(profile);
    if (left.length === 0) return;
    if (Date.now() > end) throw new Error(`still there: ${left.map(({ args }) => args.slice(0, 200)).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
