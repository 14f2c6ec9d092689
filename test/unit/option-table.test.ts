/** The table of options in the documentation says what the records say; `vitest -u` writes it anew. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { flags, flagsOf } from '../../headless/flags.ts';
import {
  analyzeUsage,
  compareUsage,
  extractUsage,
  publishUsage,
  reduceUsage,
  reportUsage,
  timeUsage,
} from '../../headless/usage.ts';
import { commandNames } from '../../src/options/kinds.ts';
import { optionTable } from '../../src/options/table.ts';

const tableFile = fileURLToPath(new URL('../../docs/command-line.md', import.meta.url));

type Row = Pick<(typeof flags)[number], 'commands' | 'help' | 'more'> & { names: string[] };

/** One row an option; --train, --dev and --test share a sentence, and so a row. */
function rows(): Row[] {
  const found: Row[] = [];
  for (const { name, value, commands, help, more } of flags) {
    const synopsis = value === null ? `--${name}` : `--${name} ${value}`;
    const train = name === 'dev' || name === 'test' ? found.at(-1) : undefined;
    if (train) {
      train.names.push(synopsis);
      train.help += ` ${help}`;
    } else found.push({ names: [synopsis], commands, help, more });
  }
  return found;
}

/** As text of a cell. */
function cell(text: string): string {
  return text.replaceAll('\n', ' ').replace(/[<|*]/g, '\\$&');
}

function markdown(): string {
  const lines = rows().map(({ names, commands, help, more }) => {
    const synopsis = names.map((name) => `\`${name}\``).join(', ');
    const taker = commands.length === commandNames.length ? 'all' : commands.map((name) => `\`${name}\``).join(', ');
    return `| ${synopsis} | ${taker} | ${cell(more === undefined ? help : `${help}; ${more}`)} |`;
  });
  return ['| option | | what |', '| --- | --- | --- |', ...lines].join('\n');
}

test('the table of options in the documentation is that of the records', async () => {
  const text = await readFile(tableFile, 'utf8');
  const [before, after] = [/^.*<!-- options -->/s, /<!-- \/options -->.*$/s].map((part) => part.exec(text)?.[0]);
  const whole = `${before}\n\n${markdown()}\n\n${after}`;
  const config = await resolveConfig(tableFile);
  await expect(await format(whole, { ...config, filepath: tableFile })).toMatchFileSnapshot(tableFile);
});

describe.each([
  ['analyze', analyzeUsage],
  ['extract', extractUsage],
  ['reduce', reduceUsage],
  ['time', timeUsage],
  ['compare', compareUsage],
  ['publish', publishUsage],
  ['report', reportUsage],
] as const)('the usage text of %s', (command, usage) => {
  test('names every option once, in lines of at most 120 characters', () => {
    const named = [...usage.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
    expect(named).toEqual(flagsOf(command).map(({ name }) => name));
    expect(new Set(named).size).toBe(named.length);
    for (const line of usage.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });
});

test('every help names the default that its record has', () => {
  for (const option of optionTable) {
    const { flag } = option;
    if (flag === null || option.kind === 'switch' || option.default === null) continue;
    const written =
      option.kind === 'list' ? option.default.map((entry) => option.write(entry)).join() : String(option.default);
    expect(flag.help, flag.name).toContain(`(${written}`);
  }
});
