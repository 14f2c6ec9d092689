import { expect, test } from 'vitest';
import { createProgressPrinter, elapsedText, printable } from '../../headless/progress.ts';
import type { RunEvent } from '../../src/session/contract.ts';

const stages: RunEvent = { kind: 'stages', stages: [{ name: 'extract', title: 'Extract every layer', share: 60 }] };

function progress(done: number): RunEvent {
  return {
    kind: 'progress',
    stage: 'extract',
    done,
    total: 67_349,
    share: done / 67_349,
    unit: 'rows',
    rate: 123.456,
    secondsLeft: 125,
  };
}

test('a log gets a line every five seconds, and the end of a stage always', () => {
  const lines: string[] = [];
  let now = 0;
  const printer = createProgressPrinter({ write: (text) => lines.push(text) }, () => now);
  printer.report(stages);
  printer.report({ kind: 'stage', stage: 'extract', state: 'started', ms: 0 });
  for (now = 0; now < 10_000; now += 1000) printer.report(progress(now));
  printer.report({ kind: 'stage', stage: 'extract', state: 'done', ms: 61_000 });
  expect(lines).toEqual([
    'Extract every layer: 0 of 67,349 rows, 123 rows a second, 2 min 05 s left\n',
    'Extract every layer: 5,000 of 67,349 rows, 123 rows a second, 2 min 05 s left\n',
    'Extract every layer: done in 1 min 01 s\n',
  ]);
});

test('a terminal gets one line that is rewritten, and notes on lines of their own', () => {
  let text = '';
  const printer = createProgressPrinter({ write: (part) => (text += part), isTTY: true });
  printer.report(stages);
  printer.report(progress(1));
  printer.report(progress(2));
  printer.report({ kind: 'warning', text: 'Storage is full.' });
  expect(text.split('\n')).toHaveLength(2);
  expect(text).toContain('\r\x1b[2KExtract every layer: 2 of');
  expect(text.endsWith('\r\x1b[2KNote: Storage is full.\n')).toBe(true);
});

test('the time that the whole run still takes stands behind that of the stage, once it is known', () => {
  const lines: string[] = [];
  const printer = createProgressPrinter({ write: (text) => lines.push(text) }, () => 0);
  const timed = (name: string, title: string, seconds: number) => ({ name, title, share: 1, seconds });
  printer.report({
    kind: 'stages',
    stages: [
      timed('read', 'Read the files', 1),
      timed('extract', 'Extract every layer', 500),
      timed('probes', 'Train', 60),
    ],
  });
  printer.report({ kind: 'stage', stage: 'read', state: 'done', ms: 1000 });
  printer.report({ kind: 'stage', stage: 'extract', state: 'started', ms: 0 });
  printer.report(progress(20_000));
  expect(lines[1]).toContain('2 min 05 s left (3 min 05 s of the whole run)');
});

test('durations', () => {
  expect([0.04, 59.94, 60, 3599.9, 3600, 7380].map(elapsedText)).toEqual([
    '0.0 s',
    '59.9 s',
    '1 min 00 s',
    '59 min 59 s',
    '1 h 00 min',
    '2 h 03 min',
  ]);
});

test('nothing in a name steers the terminal', () => {
  const name = '\u001b[31mred\u001b]0;owned\u0007\u009b2J';
  expect(printable(`${name}\r\nnext\tcell`)).toBe('\ufffd[31mred\ufffd]0;owned\ufffd\ufffd2J\ufffd\nnext\tcell');
  let text = '';
  createProgressPrinter({ write: (part) => (text += part) }).say(name);
  expect(text).toBe(`${printable(name)}\n`);
});
