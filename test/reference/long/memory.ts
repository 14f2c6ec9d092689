/** What a program and all it started hold in memory, from Linux's own count (`/proc`). */
import { readdir, readFile } from 'node:fs/promises';

export interface MemoryWatch {
  /** Bytes held now. */
  now(): Promise<number>;
  /** The most seen in looks twice a second, in bytes. */
  stop(): Promise<number>;
}

/** Watches a process and its descendants. */
export function watchMemory(pid: number): MemoryWatch {
  let most = 0;
  let ended = false;
  const look = async (): Promise<void> => {
    while (!ended) {
      most = Math.max(most, await heldBytes(pid));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const looking = look();
  return {
    now: () => heldBytes(pid),
    async stop() {
      ended = true;
      await looking;
      return most;
    },
  };
}

/** Proportional set size: pages that several processes share are counted once. */
async function heldBytes(root: number): Promise<number> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // "pid (name) state parent …", and the name may hold brackets
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = /^\d+ \(.*\) \S (\d+) /s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const belongs = (pid: number): boolean => pid === root || (parents.has(pid) && belongs(parents.get(pid)!));
  const sizes = [...parents.keys()].filter(belongs).map(async (pid) => {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    return 1024 * Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
