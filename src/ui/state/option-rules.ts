/** The run's options as the form sees them: what each field may hold, said in sentences, and the choice in words. */
import type { Inspection, ModelCard, Protocol, RunOptions } from '../../session/contract.ts';
import { defaultOptions } from '../../session/contract.ts';
import { counted, integer } from '../../report/format.ts';
import { deltaRule, thresholdRule } from './list-fields.ts';

export type NumberField = 'seed' | 'seeds' | 'rows' | 'maxLength' | 'threads';

export interface FieldRule {
  label: string;
  hint: string;
  least: number;
  most: number;
  /** What an empty field means; null: it may not be empty. */
  empty: string | null;
}

/** What the options depend on in the files that are there. */
export interface OptionScope {
  /** One label a word: rows are sentences, and none is cut. */
  words: boolean;
  /** Vectors from elsewhere: nothing is tokenised, so no option of tokens has an effect. */
  given: boolean;
}

export function scopeOf(known: Inspection | null): OptionScope {
  return { words: known?.data?.kind === 'labelling', given: known?.activations != null };
}

/** The fields that have an effect, in the order of the form. */
export function fieldsOf({ words, given }: OptionScope): NumberField[] {
  return ['seeds', 'seed', 'rows', ...(words || given ? [] : (['maxLength'] as const)), 'threads'];
}

/** The limits, which follow from the model (its longest input), the data and the machine (its cores). */
export function fieldRules(
  model: ModelCard | null,
  cores: number,
  { words }: Pick<OptionScope, 'words'>,
): Record<NumberField, FieldRule> {
  return {
    seeds: { label: 'Seeds', hint: 'each probe is trained once a seed', least: 1, most: 100, empty: null },
    seed: { label: 'First seed', hint: 'the others follow it', least: 0, most: 2 ** 32 - 101, empty: null },
    rows: {
      label: words ? 'Train sentences' : 'Train rows',
      hint: words ? 'labelled ones, the first of the train file' : 'the first of the train file',
      least: 20,
      most: 2 ** 31 - 1,
      empty: 'all',
    },
    maxLength: {
      label: 'Longest input',
      hint: model ? `in tokens; this model takes ${integer(model.maxLength)}` : 'in tokens; longer ones are cut',
      least: 3,
      most: 4096,
      empty: null,
    },
    threads: {
      label: 'Threads',
      hint: 'for WebAssembly',
      least: 1,
      most: Math.max(1, Math.min(cores, 64)),
      empty: 'all',
    },
  };
}

/** What is wrong with a value, as a sentence; null when nothing is. */
export function problemOf(value: number | null, rule: FieldRule): string | null {
  if (value === null) return rule.empty === null ? `${rule.label} needs a number.` : null;
  if (!Number.isInteger(value)) return `${rule.label} must be a whole number; ${value} is not.`;
  if (value < rule.least || value > rule.most) {
    return `${rule.label} is ${integer(value)}; it must lie between ${integer(rule.least)} and ${integer(rule.most)}.`;
  }
  return null;
}

/** Every problem of the fields that are shown. */
export function problemsOf(
  options: RunOptions,
  rules: Record<NumberField, FieldRule>,
  fields: readonly NumberField[],
): Map<NumberField, string> {
  const problems = new Map<NumberField, string>();
  for (const field of fields) {
    const problem = problemOf(options[field], rules[field]);
    if (problem) problems.set(field, problem);
  }
  return problems;
}

/** The defaults of a protocol: the paper trained once; the refined one says how sure it is. */
export function protocolDefaults(protocol: Protocol): RunOptions {
  return { ...defaultOptions, protocol, seeds: protocol === 'paper' ? 1 : defaultOptions.seeds };
}

const aggregationWords = { last: 'last subwords', first: 'first subwords', average: 'mean of subwords' } as const;

/** "Refined protocol, 3 seeds, all rows, at most 128 tokens"; of labelled words "all labelled sentences, last subwords". */
export function optionsInWords(options: RunOptions, { words: ofWords, given }: OptionScope): string {
  const rows = ofWords ? 'labelled sentences' : 'rows';
  const words = [
    options.protocol === 'paper' ? 'Protocol of the paper' : 'Refined protocol',
    counted(options.seeds, 'seed') + (options.seed === 0 ? '' : ` from ${integer(options.seed)}`),
    options.rows === null ? `all ${rows}` : `the first ${integer(options.rows)} ${rows}`,
  ];
  if (!given)
    words.push(ofWords ? aggregationWords[options.aggregation] : `at most ${integer(options.maxLength)} tokens`);
  const { thresholds, deltas } = defaultOptions;
  if (thresholdRule.write(options.thresholds) !== thresholdRule.write(thresholds)) {
    words.push(`c ${thresholdRule.write(options.thresholds)}`);
  }
  if (deltaRule.write(options.deltas) !== deltaRule.write(deltas)) {
    words.push(`losses ${deltaRule.write(options.deltas)} %`);
  }
  const { epochs, batchSize, lambda1, lambda2 } = options;
  if (epochs !== defaultOptions.epochs) words.push(counted(epochs, 'epoch'));
  if (batchSize !== defaultOptions.batchSize) words.push(`batch ${batchSize}`);
  if (lambda1 !== defaultOptions.lambda1) words.push(`λ1 ${lambda1}`);
  if (lambda2 !== defaultOptions.lambda2) words.push(`λ2 ${lambda2}`);
  if (options.sweep) words.push('every cluster threshold');
  if (options.maxFeatures) words.push('the finer grid');
  if (options.device !== 'auto') words.push(options.device === 'webgpu' ? 'on WebGPU' : 'on WebAssembly');
  if (options.threads !== null) words.push(counted(options.threads, 'thread'));
  return words.join(', ');
}
