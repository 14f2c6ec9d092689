/** What the arguments of `analyze`, `extract`, `reduce` and `time` mean. Without any of `inputNames`, `analyze` is of the embedded demo. */
import {
  activationFormats,
  formatNames,
  formatOfName,
  type ActivationFormat,
} from '../src/activations/file/formats.ts';
import { resolve } from 'node:path';
import { poolings } from '../src/base/pooling.ts';
import { taskNames } from '../src/data/tasks.ts';
import { defaultPreset, presetNames, type PresetName } from '../src/exports/presets.ts';
import { defaultOptions, protocolDefaults, type RunOptions } from '../src/options/table.ts';
import { parseLayers, type ReducedChoice } from '../src/reduced/choice.ts';
import type { ReducedDtype } from '../src/reduced/head.ts';
import type { Role } from '../src/session/contract.ts';
import { publishedSizes, type MadeSizes } from '../src/timing/sizes.ts';
import type { TimingExtent } from '../src/timing/work.ts';
import { CommandLine, usageFailure } from './command-line.ts';
import type { GivenFiles } from './inputs.ts';
import type { Replaces } from './output.ts';
import { demoOut } from './usage.ts';

const roles: readonly Role[] = ['train', 'dev', 'test'];

/** Any of them says that the run is of the user's own files. */
const inputNames = ['model', 'data', 'train', 'dev', 'test', 'task', 'activations', 'config'] as const;

export interface Command {
  /** Folders and files as given; null: the embedded demo's. */
  inputs: GivenFiles | null;
  out: string;
  options: RunOptions;
  cache: string | null;
  replaces: Replaces;
  json: boolean;
}

export interface AnalyzeCommand extends Command {
  /** Their size; null: none are drawn. */
  figures: PresetName | null;
  /** One run a column of labels, each into a folder of its own. */
  allColumns: boolean;
  /** Where the smaller model goes, and its number formats; null: none is made. */
  reduce: { out: string; dtypes: ReducedDtype[] } | null;
  /** Those options that were on the command line. */
  given: Partial<RunOptions>;
}

export interface ExtractCommand extends Command {
  inputs: GivenFiles;
  role: Role;
  format: ActivationFormat;
}

export interface ReduceCommand extends Command {
  inputs: GivenFiles & { model: string };
  /** A run file. */
  run: string;
  /** At most one of these; none: the answer that the verdict is about. */
  answer: string | null;
  layers: ReducedChoice | null;
  /** A file. */
  neurons: string | null;
  dtypes: ReducedDtype[];
}

export interface TimeCommand extends Command {
  inputs: GivenFiles;
  extent: Partial<TimingExtent>;
  /** null: none on made numbers. */
  made: MadeSizes | null;
}

/** Without --model, --data and --task it is the demo's run; `--help` gives null. @throws CommandFailure `usage`. */
export function parseAnalyze(args: string[]): AnalyzeCommand | null {
  const line = new CommandLine(args, 'analyze');
  if (line.has('help')) return null;
  const isDemo = !inputNames.some((name) => line.has(name));
  const inputs = isDemo ? null : inputsOf(line);
  const common = commonOf(line);
  const allColumns = line.has('all-columns');
  if (allColumns && (isDemo || line.has('column'))) {
    const message = isDemo ? 'The demo has one column of labels.' : '--column and --all-columns exclude each other.';
    throw usageFailure(message, isDemo ? 'Name your own files, or leave --all-columns out.' : 'Leave one of them out.');
  }
  const out = isDemo ? (line.text('out') ?? demoOut) : line.required('out');
  const reduce = reductionOf(line, out, isDemo || inputs?.model != null);
  const given = line.runOptions('analyze');
  const { seeds } = protocolDefaults(given.protocol ?? defaultOptions.protocol);
  return {
    ...common,
    inputs,
    ...{ allColumns, reduce, out },
    // Where a result of the demo goes by itself, the one of the last time goes.
    replaces: isDemo && !line.has('out') && !line.has('force') ? 'own result' : common.replaces,
    figures: line.has('no-figures') ? null : (line.choice('figures', presetNames) ?? defaultPreset),
    options: { ...common.options, seeds, ...given },
    // A configuration is of the paper's protocol; the other one asked for has its own number of seeds.
    given: given.protocol === undefined ? given : { seeds, ...given },
  };
}

function reductionOf(line: CommandLine, out: string, hasModel: boolean): AnalyzeCommand['reduce'] {
  const folder = line.text('reduce');
  if (folder === null) {
    if (line.has('dtype')) throw usageFailure('--dtype is of a smaller model.', 'Add --reduce with its folder.');
    return null;
  }
  if (line.has('all-columns'))
    throw usageFailure('--reduce and --all-columns exclude each other.', 'Reduce each result by npm run reduce.');
  if (!hasModel) throw usageFailure('--reduce makes a smaller model of a model.', 'Add --model with its folder.');
  if (resolve(folder) === resolve(out))
    throw usageFailure('--out and --reduce name one folder.', 'Give the smaller model a folder of its own.');
  return { out: folder, dtypes: dtypesOf(line) };
}

/** `--help` gives null. @throws CommandFailure `usage`. */
export function parseReduce(args: string[]): ReduceCommand | null {
  const line = new CommandLine(args, 'reduce');
  if (line.has('help')) return null;
  const choices = (['answer', 'layers', 'neurons'] as const).filter((name) => line.has(name));
  if (choices.length > 1) {
    const message = `--${choices[0]} and --${choices[1]} exclude each other.`;
    throw usageFailure(message, 'Leave one of them out.');
  }
  const layers = line.text('layers');
  const ofLayers = layers === null ? null : parseLayers(layers);
  if (layers !== null && ofLayers === null)
    throw usageFailure(`--layers is "${layers}".`, 'Give the last layer, as 4, or the first and the last, as 2-4.');
  const quotes = line.choice('quotes', quoteKinds);
  const [run, model, out] = (['run', 'model', 'out'] as const).map((name) => line.required(name));
  return {
    ...{ run, out, answer: line.text('answer'), layers: ofLayers, neurons: line.text('neurons') },
    dtypes: dtypesOf(line),
    inputs: {
      ...{ model, weights: line.text('weights'), encoder: line.text('encoder'), adapter: line.text('adapter') },
      ...{ data: line.text('data'), files: partFiles(line), activations: [], config: null, task: null, columns: {} },
      reading: quotes ? { quotes } : {},
    },
    ...commonOf(line),
  };
}

const dtypeNames = ['float32', 'float16', 'int8'] as const satisfies readonly ReducedDtype[];

function dtypesOf(line: CommandLine): ReducedDtype[] {
  const words = (line.text('dtype') ?? 'float32').split(',').map((word) => word.trim());
  const dtypes = dtypeNames.filter((name) => words.includes(name));
  if (dtypes.length === words.length) return dtypes;
  throw usageFailure(`--dtype is "${words.join(',')}".`, `Give some of ${dtypeNames.join(', ')}, each once.`);
}

/** `--help` gives null. @throws CommandFailure `usage`. */
export function parseExtract(args: string[]): ExtractCommand | null {
  const line = new CommandLine(args, 'extract');
  if (line.has('help')) return null;
  const inputs = inputsOf(line);
  const role = line.choice('file', roles);
  if (!role) throw usageFailure('--file is missing.', 'Add --file train, --file dev or --file test.');
  const out = line.required('out');
  const format = formatOfName(out);
  if (format !== null) return { ...commonOf(line), inputs, role, format, out };
  const endings = formatNames.flatMap((format) => activationFormats[format].endings);
  throw usageFailure(`--out is "${out}".`, `Name a file that ends in one of ${endings.join(', ')}.`);
}

/** `--help` gives null. @throws CommandFailure `usage`. */
export function parseTime(args: string[]): TimeCommand | null {
  const line = new CommandLine(args, 'time');
  if (line.has('help')) return null;
  const inputs = inputsOf(line);
  const out = line.required('out');
  if (!out.endsWith('.json')) throw usageFailure(`--out is "${out}".`, 'Name a file that ends in .json.');
  const common = commonOf(line);
  const made = presentNumbers({
    rows: line.wholeNumber('train-rows', 1),
    features: line.wholeNumbers('features', 1),
    classes: line.wholeNumber('classes', 2),
    epochs: line.wholeNumber('epochs', 1),
  });
  const extent = presentNumbers({ rows: line.wholeNumber('rows', 1), repeats: line.wholeNumber('repeats', 1) });
  return {
    ...common,
    // Of the rows that are measured, not of those that a run would train on.
    options: { ...common.options, rows: null },
    ...{ inputs, out },
    extent: { ...extent, padded: line.has('padded') },
    made: Object.keys(made).length === 0 ? null : { ...publishedSizes, ...made },
  };
}

function presentNumbers<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}

/** Whether any argument asks for JSON, readable even when the rest is wrong. */
export function wantsJson(args: string[]): boolean {
  return args.includes('--json');
}

const quoteKinds = ['csv', 'text'] as const;

function inputsOf(line: CommandLine): GivenFiles {
  const task = line.choice('task', taskNames);
  const config = line.text('config');
  if (!task && config === null)
    throw usageFailure('--task is missing.', `Add --task with one of ${taskNames.join(', ')}.`);
  const files = partFiles(line);
  const isSingle = Object.keys(files).length > 0 && !line.has('data');
  const columns = present([
    ['label', line.text('column')],
    ['text', line.text('text')],
    ['pair', line.text('pair')],
  ]);
  const data = isSingle || config !== null ? line.text('data') : line.required('data');
  const activations = line.texts('activations').map(activationFile);
  const needsModel = activations.length === 0 && config === null;
  const model = needsModel ? line.required('model') : line.text('model');
  const weights = line.text('weights');
  if (weights !== null && model === null)
    throw usageFailure('--weights is of a model.', 'Add --model with its folder.');
  const [encoder, adapter] = [line.text('encoder'), line.text('adapter')];
  if ((encoder ?? adapter) !== null && model === null)
    throw usageFailure(`--${encoder === null ? 'adapter' : 'encoder'} is of a model.`, 'Add --model with its folder.');
  const sentenceToken = line.choice('token', poolings);
  const layers = line.wholeNumber('layers', 1);
  const quotes = line.choice('quotes', quoteKinds);
  const reading = {
    ...(sentenceToken && { sentenceToken }),
    ...(layers !== null && { layers }),
    ...(quotes && { quotes }),
  };
  return { model, weights, encoder, adapter, data, files, activations, config, task, columns, reading };
}

function partFiles(line: CommandLine): GivenFiles['files'] {
  return present(roles.map((role) => [role, line.text(role)]));
}

/** `FILE`, or `train=FILE` where the name does not say whose activations it holds. */
function activationFile(value: string): GivenFiles['activations'][number] {
  const [, role, file] = /^(train|dev|test)=(.+)$/.exec(value) ?? [];
  return { file: file ?? value, role: roles.find((name) => name === role) ?? null };
}

function commonOf(line: CommandLine): Pick<Command, 'options' | 'cache' | 'replaces' | 'json'> {
  return {
    options: { ...defaultOptions, ...line.runOptions('both') },
    cache: line.text('cache'),
    replaces: line.has('force') ? 'anything' : 'nothing',
    json: line.has('json'),
  };
}

/** Only what is there. */
function present<Name extends string>(entries: (readonly [Name, string | null])[]): Partial<Record<Name, string>> {
  return Object.fromEntries(entries.filter(([, value]) => value !== null)) as Partial<Record<Name, string>>;
}
