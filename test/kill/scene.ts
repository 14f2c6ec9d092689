/** One set of inputs, what an undisturbed run makes of it, and a kill with what must hold after it. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseRun } from '../../src/run/run-file.ts';
import { namesIn, stagingFolders, startCommand, type Attempt, type Command, type Point } from './command.ts';
import { allGone, killProcesses, type BrowserProcess } from './processes.ts';

export type Victim = BrowserProcess | 'command';

/** A run goes on without them. */
const dispensable: readonly Victim[] = ['GPU process', 'services'];

export interface Kill {
  victim: Victim;
  /** A number: just before so many files of the result are in their place, the command itself is killed. */
  at: Point | number;
}

/** All that a result says, apart from when it was made and how long it took. */
interface Result {
  run: Record<string, unknown>;
  scores: string;
  names: string[];
}

export class Scene {
  #undisturbed: Result | null = null;

  /** @param args of `analyze`, but for --out and --cache. */
  constructor(
    readonly folder: string,
    readonly args: string[],
  ) {}

  get undisturbed(): Result {
    if (!this.#undisturbed) throw new Error('the scene is not prepared');
    return this.#undisturbed;
  }

  async prepare(): Promise<void> {
    const command = await this.#command('undisturbed');
    await finishes(command);
    this.#undisturbed = await resultIn(command.out);
    this.#expectClean(command, this.undisturbed.names);
  }

  /** One kill, and the same command again. */
  async kill(name: string, { victim, at }: Kill): Promise<void> {
    const command = await this.#command(name);
    const profile = profileOf(command);
    const env = typeof at === 'number' ? { ...command.env, WINNOW_KILL_AT_MOVE: String(at) } : command.env;
    const running = startCommand({ ...command, env });
    if (typeof at !== 'number') {
      if (!(await running.comesTo(at))) throw new Error(`never came there: ${(await running.ended).errors}`);
      if (victim === 'command') process.kill(running.pid, 'SIGKILL');
      else expect(killProcesses(profile, victim), `processes of the kind ${victim}`).toBeGreaterThan(0);
    }
    const attempt = await running.ended;
    await allGone(profile);
    await this.#expectAfter(command, { victim, at }, attempt);

    const isThere = namesIn(command.out).some((entry) => !entry.startsWith('.winnow-'));
    await finishes({ ...command, args: [...command.args, ...(isThere ? ['--force'] : [])] });
    await allGone(profile);
    expect(await resultIn(command.out)).toEqual(this.undisturbed);
    this.#expectClean(command, this.undisturbed.names);
  }

  /** What a kill leaves: a whole result or none. Only a command that was killed itself leaves the rest to the next one. */
  async #expectAfter(command: Command, { victim, at }: Kill, { code, errors }: Attempt): Promise<void> {
    if (victim === 'command') {
      expect(code, errors).toBe(null);
      expect(namesIn(command.out)).not.toContain('run.json');
      const moved = namesIn(command.out).filter((entry) => !entry.startsWith('.winnow-'));
      if (typeof at === 'number') expect(moved.length).toBe(at - 1);
      else expect(moved).toEqual([]);
    } else if (dispensable.includes(victim)) {
      expect(code, errors).toBe(0);
      const { run, ...files } = await resultIn(command.out);
      expect({ ...files, run: { ...run, warnings: [] } }).toEqual({
        ...this.undisturbed,
        run: { ...this.undisturbed.run, warnings: [] },
      });
      this.#expectClean(command, this.undisturbed.names);
    } else if (typeof at === 'object' && 'written' in at && code === 5) {
      // The numbers were whole already; figures that were stay.
      expect(errors).toMatch(/figures? could not be saved.*\[incomplete\]\s*$/s);
      const { run, scores, names } = await resultIn(command.out);
      expect({ run, scores }).toEqual({ run: this.undisturbed.run, scores: this.undisturbed.scores });
      expect(this.undisturbed.names).toEqual(expect.arrayContaining(names));
      this.#expectClean(command, names);
    } else {
      expect(code, errors).toBe(1);
      expect(errors).toMatch(/The page stopped: .*\[internal\]\s*$/s);
      this.#expectClean(command, []);
    }
  }

  #expectClean(command: Command, names: string[]): void {
    expect(stagingFolders(command.out)).toEqual([]);
    expect(namesIn(command.out)).toEqual(names);
    const temporary = namesIn(command.env.TMPDIR).filter((entry) => !entry.startsWith('tsx-'));
    expect(temporary).toEqual([]);
  }

  async #command(name: string): Promise<Command> {
    const place = join(this.folder, name.replaceAll(/\W+/g, '-'));
    const temporary = join(place, 'temporary');
    await mkdir(temporary, { recursive: true });
    const args = [...this.args, '--cache', join(place, 'cache')];
    return { args, out: join(place, 'out'), env: { TMPDIR: temporary } };
  }
}

function profileOf({ args }: Command): string {
  return args[args.indexOf('--cache') + 1];
}

async function finishes(command: Command): Promise<void> {
  const { code, errors } = await startCommand(command).ended;
  expect(code, errors).toBe(0);
}

async function resultIn(out: string): Promise<Result> {
  const text = await readFile(join(out, 'run.json'), 'utf8');
  const { created, timings, ...run } = parseRun(text, 'run.json');
  expect([created, timings.length > 0]).toEqual([expect.any(String), true]);
  const scores = await readFile(join(out, 'scores.csv'), 'utf8');
  // Rows begin with a name for the run that is made of all that its file says.
  return { run, scores: scores.replaceAll(/^winnow-.+?-[0-9a-f]{12},/gm, ''), names: namesIn(out) };
}
