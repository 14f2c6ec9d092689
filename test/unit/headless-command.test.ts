/** What a command prints and exits with, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { root } from '../../headless/serve.ts';

function command(json: boolean, work: string, output: 'pipe' | number = 'pipe') {
  const script = `
    import { runCommand } from './headless/command.ts';
    import { CommandFailure } from './headless/failure.ts';
    await runCommand(${json}, async ({ progress }) => { ${work} });
  `;
  const program = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, {
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
