/**
 * What the record of an option says, by its kind. One option is one record: the set-up panel, the checks of a run, the
 * command line, its usage text and the table in docs/command-line.md all read it. Nothing here opens a file or a model.
 */
import type * as v from 'valibot';
import type { ScoreName } from '../data/tasks.ts';

export const commandNames = ['analyze', 'extract', 'reduce', 'time', 'compare', 'report', 'publish'] as const;
export type CommandName = (typeof commandNames)[number];

/** How a command line gives an option. */
export interface Flag<Name extends string = string> {
  /** Without dashes. */
  name: Name;
  /** Stands for the value; null: there is none. A value that ends in “…” may be one of several. */
  value: string | null;
  commands: readonly CommandName[];
  /** In the lines that --help prints. */
  help: string;
  /** What only the table of the documentation says. */
  more?: string;
}

/** What the dropped files and the machine say, as far as options depend on it. */
export interface OptionScope {
  /** One label a word: rows are sentences, and none is cut. */
  words: boolean;
  /** Activations stand in for a model: nothing is tokenised, so no option of tokens has an effect. */
  activations: boolean;
  /** The activations are of subwords, which a tokenizer beside them joins to words. */
  subwords: boolean;
  /** Tokens that the model takes; null: no model is known. */
  longestInput: number | null;
  cores: number;
  /** Scores of the task in words, and which of them is its own; null: no data is known. */
  scores: { titles: Partial<Record<ScoreName, string>>; own: ScoreName } | null;
}

/** A text that may depend on the files. */
export type ScopedText = string | ((scope: OptionScope) => string);

/** Options that a protocol has its own defaults of, and that are said together. */
export interface SeedOptions {
  protocol: 'paper' | 'refined';
  seed: number;
  seeds: number;
}

/** Parts of the form, in its order; within one, options stand in the order of their records. */
export const formGroups = ['method', 'numbers', 'lists', 'switches', 'measures', 'place'] as const;

interface FormField {
  group: (typeof formGroups)[number];
  label: ScopedText;
  /** Stands first in its group. */
  leads?: true;
  /** Without it: always. */
  shown?(scope: OptionScope): boolean;
}

export interface OptionRecord<N extends string, V> {
  /** The key in the options of a run. */
  name: N;
  default: V;
  /** null: no command takes it. */
  flag: Flag | null;
  /** The choice in words, for the sum above the form; null: it goes without saying. */
  inWords?(value: V, scope: Pick<OptionScope, 'words' | 'activations' | 'subwords'>, seeds: SeedOptions): string | null;
  /** The default is said, too. */
  alwaysSaid?: true;
}

export interface NumberOption<N extends string, V extends number | null> extends OptionRecord<N, V> {
  kind: 'number';
  /** In a refusal; the name, unless there is one. */
  title?: string;
  /** Not only whole numbers; neither a flag nor the form reads such a number. */
  real?: true;
  range: readonly [least: number, most: number];
  /** Where an extraction, which splits nothing, takes less. */
  leastExtracted?: number;
  /** Where it depends on other options. */
  mostBeside?(seeds: SeedOptions): number;
  /** null: only an experiment configuration sets it, and only as long as it is there. */
  field: NumberField | null;
}

interface NumberField extends FormField {
  hint: ScopedText;
  /** In the form, where it is less. */
  most?(scope: OptionScope): number;
  /** What an empty field means; without it, it may not be empty. */
  empty?: string;
}

export interface ChoiceOption<N extends string, T extends string, V extends T | null> extends OptionRecord<N, V> {
  kind: 'choice';
  /** In the order in which a refusal names them. */
  values: readonly T[];
  field: FormField & {
    as: 'bar' | 'menu';
    /** Every choice in words, in the order of the form. */
    titles: Readonly<Record<T, string>> | ((scope: OptionScope) => Partial<Record<T, string>>);
    hint?(value: V): string;
    /** The choice that null stands for. */
    own?(scope: OptionScope): T | null;
    /** Other options that a choice sets, too. */
    sets?(value: V): Partial<SeedOptions>;
  };
}

export interface ListOption<N extends string, T> extends OptionRecord<N, T[]> {
  kind: 'list';
  /** What an entry may be. */
  schema: v.GenericSchema<T>;
  /** One entry as it is typed; null: it is none. */
  read(word: string): T | null;
  write(entry: T): string;
  /** @throws WinnowError `bad-option` for an empty list and for an entry that is not allowed. */
  check(list: readonly T[]): void;
  /** What to do about a text on the command line that is no such list. */
  advice: string;
  field: FormField & {
    hint: string;
    /** Sentences about a word that is no entry, about one that is not allowed, and about an empty list. */
    misread(word: string): string;
    refused(word: string): string;
    missing: string;
  };
}

export interface SwitchOption<N extends string> extends OptionRecord<N, boolean> {
  /** Its flag gives it the other value than its default. */
  kind: 'switch';
  /** null: what sets it is not the form. */
  field: (FormField & { hint: string }) | null;
}

/** What a record says beside its name, its default and what it may hold. */
type Rest<O> = Omit<O, 'kind' | 'name' | 'default' | 'range' | 'values' | 'schema'>;

/** A number that may be left open has the type argument `number | null`. */
export function number<const N extends string, V extends number | null = number>(
  name: N,
  usual: NoInfer<V>,
  range: NumberOption<N, V>['range'],
  rest: Rest<NumberOption<N, NoInfer<V>>>,
): NumberOption<N, V> {
  return { kind: 'number', name, default: usual, range, ...rest };
}

export function choice<const N extends string, const T extends string, V extends T | null = T>(
  name: N,
  usual: NoInfer<V>,
  values: readonly T[],
  rest: Rest<ChoiceOption<N, NoInfer<T>, NoInfer<V>>>,
): ChoiceOption<N, T, V> {
  return { kind: 'choice', name, default: usual, values, ...rest };
}

export function list<const N extends string, T>(
  name: N,
  usual: T[],
  schema: v.GenericSchema<T>,
  rest: Rest<ListOption<N, NoInfer<T>>>,
): ListOption<N, T> {
  return { kind: 'list', name, default: usual, schema, ...rest };
}

/** @param rest `usual` is whether it is on where nobody says; left out: it is off. */
export function onOff<const N extends string>(
  name: N,
  { usual = false, ...rest }: Rest<SwitchOption<N>> & { usual?: boolean },
): SwitchOption<N> {
  return { kind: 'switch', name, default: usual, ...rest };
}

type NameIn<Synopsis extends string> = Synopsis extends `${infer Name} ${string}` ? Name : Synopsis;

/** @param synopsis the name and what stands for its value, as in `max-length N`. */
function flagOf(commands: readonly CommandName[]) {
  return <const Synopsis extends string>(synopsis: Synopsis, help: string, more?: string): Flag<NameIn<Synopsis>> => {
    const [name, value = null] = synopsis.split(' ');
    return { name: name as NameIn<Synopsis>, value, commands, help, more };
  };
}
export const ofAnalyze = flagOf(['analyze']);
export const ofExtract = flagOf(['extract']);
export const ofReduce = flagOf(['reduce']);
export const ofTime = flagOf(['time']);
export const ofBoth = flagOf(['analyze', 'extract']);
/** Commands that read data by the user's choice. */
export const ofReaders = flagOf(['analyze', 'extract', 'time']);
export const ofFolders = flagOf(['analyze', 'reduce']);
export const ofCompare = flagOf(['compare']);
/** Commands that open a model. */
export const ofModels = flagOf(['analyze', 'extract', 'reduce', 'time']);
export const ofReport = flagOf(['report']);
export const ofPublish = flagOf(['publish']);
/** Commands that show others what an author has of a run. */
export const ofPublications = flagOf(['report', 'publish']);
export const ofAll = flagOf(commandNames);
