/** `analyze` in a process of its own that can be killed at a point of its run. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../headless/serve.ts';

/** Where in a run: so much of a stage is done, by its title; or a file of that ending is written beside the result's place. */
export type Point = { title: string; share: number } | { written: string };

export interface Attempt {
  /** The exit code; null: killed. */
  code: number | null;
  errors: string;
}

export interface Command {
  /** Names of flags are the command's own. */
  args: string[];
  out: string;
  env: Record<string, string>;
}

interface Running {
  pid: number;
  ended: Promise<Attempt>;
  /** False: it ended before it came there. */
  comesTo(point: Point): Promise<boolean>;
}

/** Between two looks at the folder of a result that is being written. */
const lookMs = 2;

export function startCommand({ args, out, env }: Command): Running {
  const preloaded = ['tsx', join(import.meta.dirname, 'inside-command.ts')].flatMap((file) => ['--import', file]);
  const program = [...preloaded, join(root, 'headless', 'analyze.ts'), ...args, '--out', out];
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  const listeners = new Set<() => void>();
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
    listeners.forEach((listener) => listener());
  });
  const ended = new Promise<Attempt>((resolve) => child.on('close', (code) => resolve({ code, errors })));
  const said = (title: string, share: number): boolean =>
    [...errors.matchAll(new RegExp(`${title}: ([\\d,]+) of ([\\d,]+) `, 'g'))].some(
      ([, done, total]) => count(done) >= share * count(total),
    ) || errors.includes(`${title}: done`);
  const comesTo = (point: Point): Promise<boolean> =>
    new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (came: boolean): void => {
        clearInterval(timer);
        listeners.delete(look);
        resolve(came);
      };
      const look = (): void => {
        const came = 'title' in point ? said(point.title, point.share) : isStaged(out, point.written);
        if (came) settle(true);
      };
      if ('title' in point) listeners.add(look);
      else timer = setInterval(look, lookMs);
      look();
      void ended.then(() => settle(false));
    });
  return { pid: child.pid!, ended, comesTo };
}

function count(text: string): number {
  return Number(text.replaceAll(',', ''));
}

/** Folders of results that are not in their place. */
export function stagingFolders(out: string): string[] {
  return [dirname(out), out].flatMap((folder) =>
    namesIn(folder)
      .filter((name) => name.startsWith('.winnow-'))
      .map((name) => join(folder, name)),
  );
}

function isStaged(out: string, ending: string): boolean {
  return stagingFolders(out).some((folder) => namesIn(folder).some((name) => name.endsWith(ending)));
}

/** Sorted; of what is no folder, or no longer, none. */
export function namesIn(folder: string): string[] {
  try {
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  } catch {
    return [];
  }
}
