/** The run's options as the form shows them: which have an effect, what each may hold, and the choice in words. */
import { integer } from '../../base/numbers.ts';
import { tasks, withLabels, type ScoreName } from '../../data/tasks.ts';
import { formGroups, type OptionRecord, type OptionScope, type ScopedText } from '../../options/kinds.ts';
import { defaultOptions, optionTable, protocolDefaults, type AnyOption } from '../../options/table.ts';
import { scoreTitles } from '../../report/format.ts';
import type { Inspection, RunOptions } from '../../session/contract.ts';
import { scoresOf } from '../../session/options.ts';

/** An option that the form has. */
export type FormOption = AnyOption & { field: object };
export type FormNumber = FormOption & { kind: 'number' };

export interface FieldRule {
  label: string;
  hint: string;
  least: number;
  most: number;
  /** What an empty field means; null: it may not be empty. */
  empty: string | null;
  /** What a field that may not be empty goes back to. */
  usual: number | null;
}

export function scopeOf(known: Inspection | null, cores: number): OptionScope {
  const data = known?.data ?? null;
  return {
    words: data?.kind === 'labelling',
    activations: known?.activations != null,
    subwords: known?.activations?.subwords ?? false,
    longestInput: known?.model?.maxLength ?? null,
    pooling: known?.model?.pooling ?? null,
    cores,
    scores: data && scoresIn(withLabels(tasks[data.task], data.labels)),
  };
}

function scoresIn(task: ReturnType<typeof withLabels>): NonNullable<OptionScope['scores']> {
  const { metric } = task;
  const titles = scoresOf(task).map((name) => [name, scoreTitles[name] + (name === metric ? ' (the task’s own)' : '')]);
  return { titles: Object.fromEntries(titles) as Partial<Record<ScoreName, string>>, own: metric };
}

/** The options that have an effect, group by group, in the order of the form. */
export function formOf(scope: OptionScope): { group: (typeof formGroups)[number]; options: FormOption[] }[] {
  const shown = optionTable.filter(
    (option): option is FormOption => option.field !== null && (option.field.shown?.(scope) ?? true),
  );
  return formGroups.map((group) => {
    const options = shown.filter(({ field }) => field.group === group);
    return { group, options: options.toSorted((a, b) => Number(b.field.leads ?? 0) - Number(a.field.leads ?? 0)) };
  });
}

export function textIn(text: ScopedText, scope: OptionScope): string {
  return typeof text === 'string' ? text : text(scope);
}

export function ruleOf({ range: [least, most], default: usual, field }: FormNumber, scope: OptionScope): FieldRule {
  return {
    label: textIn(field.label, scope),
    hint: textIn(field.hint, scope),
    least,
    most: field.most?.(scope) ?? most,
    empty: field.empty ?? null,
    usual,
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

/** What a field makes of a number that does not fit, and the reason in words; null where it fits. */
export function correctionOf(value: number | null, rule: FieldRule): { value: number | null; reason: string } | null {
  if (problemOf(value, rule) === null) return null;
  const { label, least, most, usual } = rule;
  if (value === null) return { value: usual, reason: `${label} needs a number; it is ${usual ?? rule.empty} again.` };
  const nearest = Math.max(least, Math.min(most, Math.round(value)));
  const allowed = `it must be a whole number from ${integer(least)} to ${integer(most)}`;
  return { value: nearest, reason: `${label} cannot be ${value}: ${allowed}. It is now ${integer(nearest)}.` };
}

/** The same options with no number above what these files and this machine take. */
export function fittedOptions(options: RunOptions, scope: OptionScope): RunOptions {
  const fitted: RunOptions = { ...options };
  for (const { kind, name, field } of optionTable) {
    const value = options[name];
    const most = kind === 'number' ? field?.most?.(scope) : undefined;
    if (most !== undefined && typeof value === 'number' && value > most) Object.assign(fitted, { [name]: most });
  }
  return fitted;
}

/** What an option is where nobody changes it: the default of the chosen protocol. */
export function usualOptions({ protocol }: Pick<RunOptions, 'protocol'>): RunOptions {
  return { ...protocolDefaults(protocol), protocol: defaultOptions.protocol };
}

/** Of these options those that are not as usual. */
export function changedOptions<O extends AnyOption>(options: RunOptions, among: readonly O[]): O[] {
  const usual = usualOptions(options);
  return among.filter(({ name }) => JSON.stringify(options[name]) !== JSON.stringify(usual[name]));
}

/** Every problem of the number fields that are shown. */
export function problemsOf(options: RunOptions, scope: OptionScope): Map<keyof RunOptions, string> {
  const problems = new Map<keyof RunOptions, string>();
  for (const option of formOf(scope).flatMap((part) => part.options)) {
    const problem = option.kind === 'number' ? problemOf(options[option.name], ruleOf(option, scope)) : null;
    if (problem !== null) problems.set(option.name, problem);
  }
  return problems;
}

/** "Refined protocol, 3 seeds, all rows, at most 128 tokens"; of labelled words "all labelled sentences, last subwords". */
export function optionsInWords(
  options: RunOptions,
  scope: Pick<OptionScope, 'words' | 'activations' | 'subwords'>,
): string {
  const records: readonly OptionRecord<keyof RunOptions, unknown>[] = optionTable;
  const words = records.map(({ name, default: usual, alwaysSaid, inWords }) => {
    const isSaid = alwaysSaid || JSON.stringify(options[name]) !== JSON.stringify(usual);
    return (isSaid && inWords?.(options[name], scope, options)) || null;
  });
  return words.filter((word) => word !== null).join(', ');
}
