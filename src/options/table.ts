/** Every option of a run, in the order of usage texts and of the sum in words; types, defaults and checks follow from it. */
import { WinnowError } from '../base/errors.ts';
import type { Deltas } from '../data/question.ts';
import { inputOptions, placeOptions } from './inputs.ts';
import type { ChoiceOption, CommandName, ListOption, NumberOption, SwitchOption } from './kinds.ts';
import { measureOptions } from './measures.ts';
import { furtherOptions, selectionOptions } from './neurons.ts';
import { methodOptions, seedsOf, trainingOptions } from './probes.ts';

const records = [
  ...methodOptions,
  ...inputOptions,
  ...selectionOptions,
  ...trainingOptions,
  ...furtherOptions,
  ...measureOptions,
  ...placeOptions,
] as const;
type Records = (typeof records)[number];

export type RunOptions = { [O in Records as O['name']]: O['default'] };
type NamesOf<Kind extends Records['kind']> = Extract<Records, { kind: Kind }>['name'];
export type ListName = NamesOf<'list'>;
export type ListEntry = number | Deltas;

export type AnyNumber = NumberOption<NamesOf<'number'>, number | null>;
export type AnyChoice = ChoiceOption<NamesOf<'choice'>, string, string | null>;
export type AnyList = ListOption<ListName, ListEntry>;
export type AnyOption = AnyNumber | AnyChoice | AnyList | SwitchOption<NamesOf<'switch'>>;

export const optionTable: readonly AnyOption[] = records;

export const defaultOptions = Object.fromEntries(records.map((option) => [option.name, option.default])) as RunOptions;

/** What a protocol starts from. */
export function protocolDefaults(protocol: RunOptions['protocol']): RunOptions {
  return { ...defaultOptions, protocol, seeds: seedsOf[protocol] };
}

/** The paper's way of doing it; how many rows, and where, is not its business. */
export function paperOptions({ rows, device, threads }: RunOptions): RunOptions {
  return { ...protocolDefaults('paper'), rows, device, threads };
}

/** @throws WinnowError `bad-option` for the first option outside its range, those that depend on others last. */
export function checkRanges(options: RunOptions, command: CommandName): void {
  const dependent = (option: AnyOption): number => Number(option.kind === 'number' && option.mostBeside !== undefined);
  for (const option of optionTable.toSorted((a, b) => dependent(a) - dependent(b))) {
    if (option.kind === 'number') checkNumber(option, options[option.name], options, command);
    if (option.kind === 'list') checkList(option, options[option.name]);
  }
}

function checkNumber(option: AnyNumber, value: number | null, options: RunOptions, command: CommandName): void {
  if (value === null && option.default === null) return;
  const { name, title = name, real, range, leastExtracted } = option;
  const least = command === 'extract' ? (leastExtracted ?? range[0]) : range[0];
  const most = option.mostBeside?.(options) ?? range[1];
  const isNumber = real ? typeof value === 'number' : Number.isSafeInteger(value);
  if (isNumber && Number(value) >= least && Number(value) <= most) return;
  const allowed = real ? `lie between ${least} and ${most}` : `be a whole number from ${least} to ${most}`;
  throw new WinnowError(
    'bad-option',
    `The option "${title}" is ${value}; it must ${allowed}.`,
    'Correct it and start again.',
  );
}

function checkList(option: AnyList, list: readonly ListEntry[]): void {
  option.check(list);
  const words = list.map((entry) => option.write(entry));
  const twice = words.find((word, index) => words.indexOf(word) < index);
  if (twice === undefined) return;
  throw new WinnowError('bad-option', `The option "${option.name}" holds ${twice} twice.`, 'Name each of them once.');
}
