/**
 * The command line of `analyze` and `extract`: every option is checked here for its form (is it there, is it a whole
 * number, is it one of the choices); what a model or a task allows is the page's to say.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { activationFormats, formatOfName, type ActivationFormat } from '../src/activations/file/formats.ts';
import { scoreNames, taskNames, type ScoreName } from '../src/data/tasks.ts';
import {
  defaultOptions,
  type Aggregation,
  type DeviceChoice,
  type Protocol,
  type Role,
  type RunOptions,
  type SentenceToken,
} from '../src/session/contract.ts';
import { CommandFailure } from './failure.ts';
import type { GivenFiles } from './inputs.ts';
import { demoOut } from './usage.ts';

const deviceChoices: readonly DeviceChoice[] = ['auto', 'webgpu', 'wasm'];
const protocols: readonly Protocol[] = ['paper', 'refined'];
const roles: readonly Role[] = ['train', 'dev', 'test'];
const aggregations: readonly Aggregation[] = ['last', 'first', 'average'];
const sentenceTokens: readonly SentenceToken[] = ['first', 'last', 'mean'];

const shared = {
  model: { type: 'string' },
  weights: { type: 'string' },
  data: { type: 'string' },
  train: { type: 'string' },
  dev: { type: 'string' },
  test: { type: 'string' },
  task: { type: 'string' },
  column: { type: 'string' },
  text: { type: 'string' },
  pair: { type: 'string' },
  activations: { type: 'string', multiple: true },
  token: { type: 'string' },
  layers: { type: 'string' },
  aggregate: { type: 'string' },
  out: { type: 'string' },
  rows: { type: 'string' },
  'max-length': { type: 'string' },
  device: { type: 'string' },
  threads: { type: 'string' },
  cache: { type: 'string' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

const ofAnalyze = {
  ...shared,
  config: { type: 'string' },
  protocol: { type: 'string' },
  metric: { type: 'string' },
  seed: { type: 'string' },
  seeds: { type: 'string' },
  clustering: { type: 'string' },
  deltas: { type: 'string' },
  sweep: { type: 'boolean' },
  'max-features': { type: 'boolean' },
  'no-figures': { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

const ofExtract = { ...shared, file: { type: 'string' } } as const satisfies ParseArgsConfig['options'];

/** Any of them says that the run is of the user's own files. */
const inputNames = ['model', 'data', 'train', 'dev', 'test', 'task', 'activations', 'config'] as const;

export interface Command {
  /** Folders and files as given; null: the embedded demo's. */
  inputs: GivenFiles | null;
  out: string;
  options: RunOptions;
  cache: string | null;
  force: boolean;
  json: boolean;
}

export interface AnalyzeCommand extends Command {
  /** Whether they are drawn. */
  figures: boolean;
  /** Those options that were on the command line. */
  given: Partial<RunOptions>;
}

export interface ExtractCommand extends Command {
  inputs: NonNullable<Command['inputs']>;
  role: Role;
  format: ActivationFormat;
}

/** Without --model, --data and --task it is the demo's run; `--help` gives null. @throws CommandFailure `usage`. */
export function parseAnalyze(args: string[]): AnalyzeCommand | null {
  const values = read(args, ofAnalyze);
  if (values.help) return null;
  const isDemo = inputNames.every((name) => values[name] === undefined);
  const inputs = isDemo ? null : inputsOf(values);
  const common = commonOf(values);
  const given = ofAnalysis(values);
  const protocol = given.protocol ?? defaultOptions.protocol;
  const seeds = protocol === 'paper' ? 1 : defaultOptions.seeds;
  return {
    ...common,
    inputs,
    out: isDemo ? (values.out ?? demoOut) : required('out', values.out),
    force: common.force || (isDemo && values.out === undefined),
    figures: values['no-figures'] !== true,
    options: { ...common.options, seeds, ...given },
    // A configuration is of the paper's protocol; the other one asked for has its own number of seeds.
    given: given.protocol === undefined ? given : { seeds, ...given },
  };
}

/** Options of the analysis that were given. */
function ofAnalysis(values: AnalyzeValues): Partial<RunOptions> {
  const entries = {
    protocol: choice('protocol', values.protocol, protocols),
    metric: choice<ScoreName>('metric', values.metric, scoreNames),
    seed: wholeNumber('seed', values.seed, 0),
    seeds: wholeNumber('seeds', values.seeds, 1),
    thresholds: list('clustering', values.clustering, decimal),
    deltas: list('deltas', values.deltas, pair),
    sweep: values.sweep === true ? true : null,
    maxFeatures: values['max-features'] === true ? true : null,
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== null));
}

/** `--help` gives null. @throws CommandFailure `usage`. */
export function parseExtract(args: string[]): ExtractCommand | null {
  const values = read(args, ofExtract);
  if (values.help) return null;
  const inputs = inputsOf(values);
  const role = choice('file', values.file, roles);
  if (!role) throw usage('--file is missing.', 'Add --file train, --file dev or --file test.');
  const out = required('out', values.out);
  const format = formatOfName(out);
  if (format !== null) return { ...commonOf(values), inputs, role, format, out };
  const endings = Object.values(activationFormats).flatMap((facts) => facts.endings);
  throw usage(`--out is "${out}".`, `Name a file that ends in one of ${endings.join(', ')}.`);
}

/** Whether any argument asks for JSON, readable even when the rest is wrong. */
export function wantsJson(args: string[]): boolean {
  return args.includes('--json');
}

type ValuesOf<Options> = {
  [Name in keyof Options]?: Options[Name] extends { multiple: true } ? string[] : string | boolean;
};
type Values = ValuesOf<typeof shared> & { config?: string | boolean };
type AnalyzeValues = ValuesOf<typeof ofAnalyze>;

function inputsOf(values: Values): NonNullable<Command['inputs']> {
  const task = choice('task', values.task, taskNames);
  const config = optional('config', values.config);
  if (!task && config === null) throw usage('--task is missing.', `Add --task with one of ${taskNames.join(', ')}.`);
  const files = given(roles.map((role) => [role, optional(role, values[role])]));
  const single = Object.keys(files).length > 0 && values.data === undefined;
  const columns = given([
    ['label', optional('column', values.column)],
    ['text', optional('text', values.text)],
    ['pair', optional('pair', values.pair)],
  ]);
  const data = single || config !== null ? optional('data', values.data) : required('data', values.data);
  const activations = (values.activations ?? []).map(activationFile);
  const needsModel = activations.length === 0 && config === null;
  const model = needsModel ? required('model', values.model) : optional('model', values.model);
  const weights = optional('weights', values.weights);
  if (weights !== null && model === null) throw usage('--weights is of a model.', 'Add --model with its folder.');
  const sentenceToken = choice('token', values.token, sentenceTokens);
  const layers = wholeNumber('layers', values.layers, 1);
  const reading = { ...(sentenceToken && { sentenceToken }), ...(layers !== null && { layers }) };
  return { model, weights, data, files, activations, config, task, columns, reading };
}

/** `FILE`, or `train=FILE` where the name does not say whose activations it holds. */
function activationFile(value: string): GivenFiles['activations'][number] {
  const [, role, file] = /^(train|dev|test)=(.+)$/.exec(value) ?? [];
  return { file: file ?? required('activations', value), role: roles.find((name) => name === role) ?? null };
}

function commonOf(values: Values): Pick<Command, 'options' | 'cache' | 'force' | 'json'> {
  const options: RunOptions = {
    ...defaultOptions,
    rows: wholeNumber('rows', values.rows, 1),
    maxLength: wholeNumber('max-length', values['max-length'], 3) ?? defaultOptions.maxLength,
    aggregation: choice('aggregate', values.aggregate, aggregations) ?? defaultOptions.aggregation,
    device: choice('device', values.device, deviceChoices) ?? defaultOptions.device,
    threads: wholeNumber('threads', values.threads, 1),
  };
  return {
    options,
    cache: optional('cache', values.cache),
    force: values.force === true,
    json: values.json === true,
  };
}

function read<T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) {
  try {
    return parseArgs({ args: repeatNames(joinNumbers(args)), options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw usage(`${(cause as Error).message.replace(/\.$/, '')}.`, 'See --help for the options.');
  }
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

/** Only what was given. */
function given<Name extends string>(entries: (readonly [Name, string | null])[]): Partial<Record<Name, string>> {
  return Object.fromEntries(entries.filter(([, value]) => value !== null)) as Partial<Record<Name, string>>;
}

function optional(name: string, value: string | boolean | undefined): string | null {
  return value === undefined ? null : required(name, value);
}

function required(name: string, value: string | boolean | undefined): string {
  if (typeof value === 'string' && value !== '') return value;
  throw usage(`--${name} is missing.`, 'See --help for the options.');
}

function choice<T extends string>(name: string, value: string | boolean | undefined, choices: readonly T[]): T | null {
  if (value === undefined) return null;
  const found = choices.find((candidate) => candidate === value);
  if (found) return found;
  throw usage(`--${name} is "${value}", which is not one of the choices.`, `Choose one of ${choices.join(', ')}.`);
}

function wholeNumber(name: string, value: string | boolean | undefined, least: number): number | null {
  if (value === undefined) return null;
  const number = /^\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= least && number <= 2 ** 32 - 1) return number;
  throw usage(`--${name} is "${value}".`, `Give a whole number from ${least} to ${2 ** 32 - 1}.`);
}

/** Values between commas; which of them are allowed is the page's to say. */
function list<T>(name: string, value: string | boolean | undefined, read: (text: string) => T | null): T[] | null {
  if (value === undefined) return null;
  return String(value)
    .split(',')
    .map((text) => {
      const item = read(text.trim());
      if (item !== null) return item;
      const next =
        name === 'deltas' ? 'Give pairs of numbers, for example 3:1,2:1.' : 'Give numbers, for example -1,0.3.';
      throw usage(`--${name} is "${value}".`, next);
    });
}

function decimal(text: string): number | null {
  return /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : null;
}

function pair(text: string): RunOptions['deltas'][number] | null {
  const [layers, neurons, ...more] = text.split(':').map(decimal);
  return layers == null || neurons == null || more.length > 0 ? null : { layers, neurons };
}

function usage(message: string, next: string): CommandFailure {
  return new CommandFailure('usage', message, next);
}
