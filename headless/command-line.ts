/**
 * Reads the arguments of a command by their form: is it there, is it a whole number, is it one of the choices. What a
 * model or a task allows is the page's to say. Whatever is wrong is a CommandFailure `usage`.
 */
import { parseArgs } from 'node:util';
import type { CommandName } from '../src/options/kinds.ts';
import { optionTable, type AnyOption, type RunOptions } from '../src/options/table.ts';
import { CommandFailure } from './failure.ts';
import { flagsOf, type FlagName } from './flags.ts';

const mostWhole = 2 ** 32 - 1;
/** Commands that are told run files without a flag. */
const takingFiles: readonly CommandName[] = ['compare', 'publish', 'report'];

/** The arguments of one command, by flag. */
export class CommandLine {
  readonly #values: Readonly<Record<string, Value | undefined>>;
  /** What stands without a flag: files, of a command that takes some. */
  readonly operands: readonly string[];

  /** @throws CommandFailure `usage` for a flag that the command does not take, and for a value too many or missing. */
  constructor(args: string[], command: CommandName) {
    const options = flagsOf(command).map(({ name, value }) => {
      const type = value === null ? ('boolean' as const) : ('string' as const);
      return [name, { type, multiple: value?.endsWith('…') ?? false, ...(name === 'help' && { short: 'h' }) }] as const;
    });
    const allowPositionals = takingFiles.includes(command);
    const config = { options: Object.fromEntries(options), strict: true, allowPositionals };
    try {
      const parsed = parseArgs({ args: repeatNames(joinNumbers(args)), ...config });
      this.#values = parsed.values;
      this.operands = parsed.positionals;
    } catch (cause) {
      throw usageFailure(`${(cause as Error).message.replace(/\.$/, '')}.`, 'See --help for the options.');
    }
  }

  has(name: FlagName): boolean {
    return this.#values[name] !== undefined;
  }

  /** null: it is not there. */
  text(name: FlagName): string | null {
    return this.has(name) ? this.required(name) : null;
  }

  required(name: FlagName): string {
    return filled(name, this.#values[name]);
  }

  /** Every value of a flag that may be repeated. */
  texts(name: FlagName): string[] {
    const values = this.#values[name] ?? [];
    return Array.isArray(values) ? values.map((value) => filled(name, value)) : [];
  }

  choice<T extends string>(name: FlagName, choices: readonly T[]): T | null {
    const value = this.#values[name];
    return value === undefined ? null : readChoice(name, value, choices);
  }

  wholeNumber(name: FlagName, least: number): number | null {
    const value = this.#values[name];
    return value === undefined ? null : readWhole(name, value, least);
  }

  /** Names with commas between them, each once, in the order of the choices. */
  choices<T extends string>(name: FlagName, choices: readonly T[]): T[] | null {
    const value = this.text(name);
    if (value === null) return null;
    const words = value.split(',').map((word) => word.trim());
    const unknown = words.find((word) => !choices.some((choice) => choice === word));
    if (unknown === undefined) return choices.filter((choice) => words.includes(choice));
    throw usageFailure(`--${name} names "${unknown}".`, `Give some of ${choices.join(', ')}.`);
  }

  /** Numbers with commas between them. */
  wholeNumbers(name: FlagName, least: number): number[] | null {
    const value = this.text(name);
    return value === null ? null : value.split(',').map((word) => readWhole(name, word.trim(), least));
  }

  /** The options of a run that are given, among those that `extract` takes too or among the others. */
  runOptions(of: 'both' | 'analyze'): Partial<RunOptions> {
    const entries = optionTable.flatMap((option) => {
      if (option.flag === null || option.flag.commands.includes('extract') !== (of === 'both')) return [];
      const { name } = option.flag;
      const value = this.#values[name];
      return value === undefined ? [] : [[option.name, readOption(option, name, value)]];
    });
    return Object.fromEntries(entries) as Partial<RunOptions>;
  }
}

type Value = string | boolean | (string | boolean)[];

function readOption(option: AnyOption, name: string, value: Value): unknown {
  switch (option.kind) {
    case 'number':
      return readWhole(name, value, option.leastExtracted ?? option.range[0]);
    case 'choice':
      return readChoice(name, value, option.values);
    case 'list':
      return String(value)
        .split(',')
        .map((word) => option.read(word.trim()) ?? refuse(name, value, option.advice));
    case 'switch':
      return !option.default;
  }
}

function readChoice<T extends string>(name: string, value: Value, choices: readonly T[]): T {
  const found = choices.find((candidate) => candidate === value);
  if (found) return found;
  const message = `--${name} is "${String(value)}", which is not one of the choices.`;
  throw usageFailure(message, `Choose one of ${choices.join(', ')}.`);
}

function readWhole(name: string, value: Value, least: number): number {
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= least && number <= mostWhole) return number;
  return refuse(name, value, `Give a whole number from ${least} to ${mostWhole}.`);
}

function filled(name: string, value: Value | undefined): string {
  if (typeof value === 'string' && value !== '') return value;
  throw usageFailure(`--${name} is missing.`, 'See --help for the options.');
}

function refuse(name: string, value: Value, next: string): never {
  throw usageFailure(`--${name} is "${String(value)}".`, next);
}

export function usageFailure(message: string, next: string): CommandFailure {
  return new CommandFailure('usage', message, next);
}

/** `--name -1` as `--name=-1`: alone, a value that begins with a dash is taken for an option. */
function joinNumbers(args: string[]): string[] {
  return args.flatMap((arg, index) => {
    const isValue = (at: number): boolean => /^-[\d.]/.test(args[at] ?? '') && /^--[a-z-]+$/.test(args[at - 1] ?? '');
    if (isValue(index)) return [];
    return [isValue(index + 1) ? `${arg}=${args[index + 1]}` : arg];
  });
}

/** `--activations a b` as `--activations a --activations b`. */
function repeatNames(args: string[]): string[] {
  let inList = false;
  return args.flatMap((arg, index) => {
    if (arg.startsWith('-')) {
      inList = arg === '--activations';
      return [arg];
    }
    return inList && args[index - 1] !== '--activations' ? ['--activations', arg] : [arg];
  });
}
