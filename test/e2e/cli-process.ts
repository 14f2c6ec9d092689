/** Runs the command line, bundled or through npm, in a folder of its own that is removed after the test. */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, tmpdir } from 'node:os';
import { inject, onTestFinished } from 'vitest';
import { root } from '../../headless/serve.ts';
import type { CommandName } from '../../src/options/kinds.ts';
import type {} from '../setup/build-page.ts';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  pid: number;
  ended: Promise<Ended>;
  /** Closes standard error on the reader's side. */
  deafen(): void;
  /** Resolves once standard error or standard output has said this. */
  said(text: string): Promise<void>;
  send(signal: NodeJS.Signals): void;
}

export interface Surroundings {
  env?: Record<string, string>;
  /** As a user's shell starts it, from its sources: through `npm run`; the process is npm's then. */
  npm?: boolean;
  /** A file that standard output goes to. */
  output?: number;
}

export function start(command: CommandName | 'start', args: string[], surroundings: Surroundings = {}): Running {
  const { env, npm = false, output = 'pipe' } = surroundings;
  const [program, before] = npm
    ? ['npm', ['run', '--silent', command, '--']]
    : [process.execPath, [join(inject('commandsFolder'), `${command}.mjs`)]];
  const child = spawn(program, [...before, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', output, 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    tell();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    tell();
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  // As a shell counts: npm ends itself by the signal that it was sent.
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) =>
      resolve({ code: signal ? 128 + constants.signals[signal] : code, stdout, stderr }),
    ),
  );
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => void ((stderr.includes(text) || stdout.includes(text)) && resolve());
      listeners.add(check);
      check();
      void ended.then(() => reject(new Error(`ended without saying "${text}": ${stderr}`)));
    });
  return {
    pid: child.pid!,
    ended,
    said,
    send: (signal) => void child.kill(signal),
    deafen: () => void child.stderr?.destroy(),
  };
}

export function run(command: CommandName, args: string[], surroundings?: Surroundings): Promise<Ended> {
  return start(command, args, surroundings).ended;
}

export async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder of its own with the tiny BERT in one folder and a data set in another. */
export async function ownInputs(rows = { train: 200, dev: 60 }): Promise<Record<'folder' | 'model' | 'data', string>> {
  const folder = await ownFolder();
  return { folder, model: await modelFolder(folder), data: await dataFolder(folder, rows) };
}

/** The tiny BERT without its goldens, as a user's model folder. */
export async function modelFolder(parent: string): Promise<string> {
  const folder = join(parent, 'tiny-bert');
  await mkdir(folder);
  const fixture = join(root, 'test/fixtures/models/bert');
  for (const name of ['config.json', 'tokenizer.json', 'model.safetensors'])
    await cp(join(fixture, name), join(folder, name));
  return folder;
}

/** A folder in SST-2's layout; rows are made up, every second one positive. */
export async function dataFolder(parent: string, rows: { train: number; dev: number }): Promise<string> {
  const folder = join(parent, 'reviews');
  await mkdir(folder);
  for (const [role, count] of Object.entries(rows)) {
    const sentences = Array.from({ length: count }, (_, row) => `${sentence(row)}\t${row % 2}`);
    await writeFile(join(folder, `${role}.tsv`), ['sentence\tlabel', ...sentences, ''].join('\n'));
  }
  return folder;
}

const subjects = ['the film', 'this book', 'a song', 'the little story', 'one act'];
const verdicts = ['is dull and cold', 'is warm and sharp', 'was a waste of time', 'was generous , funny and bright'];

function sentence(row: number): string {
  return `${subjects[row % subjects.length]} ${verdicts[row % verdicts.length]} ${'again '.repeat(row % 7)}.`;
}
