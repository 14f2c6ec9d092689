/** What a command prints and exits with, in a process of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../../headless/serve.ts';

const scriptOf = (json: boolean, work: string): string => `
  import { runCommand } from './headless/command.ts';
  import { CommandFailure } from './headless/failure.ts';
  await runCommand(${json}, async ({ progress, signal }) => { ${work} });
`;
const program = ['--import', 'tsx', '--input-type=module', '--eval'];

function command(json: boolean, work: string, output: 'pipe' | number = 'pipe') {
  const script = scriptOf(json, work);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program, script], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', output, 'pipe'],
  });
  return { status, stdout, stderr };
}

test('a result with something missing: both are printed, exit 5', () => {
  const failure = `new CommandFailure('incomplete', 'One figure is missing.', 'Draw it.')`;
  const work = `return { text: 'Wrote a.', fields: { figures: ['a.svg'] }, failures: [${failure}] };`;
  const { status, stdout, stderr } = command(true, work);
  expect(status).toBe(5);
  expect(stderr).toBe('One figure is missing.\nDraw it. [incomplete]\n');
  const error = { code: 'incomplete', message: 'One figure is missing.', next: 'Draw it.' };
  expect(JSON.parse(stdout)).toEqual({ ok: false, error, figures: ['a.svg'] });
  expect(command(false, work)).toEqual({ status: 5, stdout: 'Wrote a.\n', stderr });
});

test('whole and printed: exit 0; on a full disk: exit 5, said on standard error without a stack', () => {
  const work = `progress.say('Working.'); return { text: 'Wrote a.', fields: {} };`;
  expect(command(false, work)).toEqual({ status: 0, stdout: 'Wrote a.\n', stderr: 'Working.\n' });
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = command(false, work, full);
  closeSync(full);
  expect(status).toBe(5);
  expect(stderr).toBe(
    'Working.\nThe result is written, but standard output could not be: no space is left on the disk. [incomplete]\n',
  );
});

test('a failure on a full disk keeps its own exit code', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = command(true, `throw new CommandFailure('usage', 'No.', 'Do.');`, full);
  closeSync(full);
  expect(status).toBe(2);
  expect(stderr).toBe('No.\nDo. [usage]\n');
});

describe('stopped', () => {
  const script = scriptOf(
    false,
    `const { tmpdir } = await import('node:os');
    const { ownFolder } = await import('./headless/owned.ts');
    progress.say(ownFolder(tmpdir(), 'winnow'));
    await new Promise((_, reject) => {
      const timer = setTimeout(reject, 20_000);
      signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)));
    });`,
  );

  /** @param kill is called when the work has begun. */
  async function stopped(name: string, args: string[], kill: NodeJS.Signals, environment: Record<string, string> = {}) {
    const child = spawn(name, args, { cwd: root, env: { ...process.env, ...environment } });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (said === '') child.kill(kill);
      said += chunk.toString();
    });
    // The end of the last process that writes to it.
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    const [folder, ...words] = said.trim().split('\n');
    return { code, folder, words };
  }

  const words = ['Stopped.', 'Nothing was written; start the command again. [cancelled]'];

  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s: exit %d, nothing is left', async ([signal, exit]) => {
    const end = await stopped(process.execPath, [...program, script], signal);
    expect(end).toMatchObject({ code: exit, words });
    expect(existsSync(end.folder)).toBe(false);
  });

  test('by the end of npm, even one that nobody can hand on, with a shell between', async () => {
    const npm = `require('node:child_process').spawn('sh', ['-c', process.env.COMMAND], { stdio: 'inherit' })`;
    const line = [process.execPath, ...program].map((word) => `"${word}"`).join(' ');
    const environment = { npm_lifecycle_event: 'analyze', COMMAND: `${line} "$SCRIPT"; exit $?`, SCRIPT: script };
    const end = await stopped(process.execPath, ['-e', npm], 'SIGKILL', environment);
    expect(end.words).toEqual(words);
    expect(existsSync(end.folder)).toBe(false);
  });
});
