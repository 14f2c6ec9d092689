/**
 * Every text that a run file holds, by its place: what kind of thing it tells others, and what stands there where the
 * author does not publish that kind. A text whose place is not in the table is left out.
 */
import { tasks } from '../data/tasks.ts';
import { namedAnswers } from '../reduced/choice.ts';
import type { RunFile } from '../run/run-file.ts';
import { stageNames } from '../run/stage.ts';
import { withheldHash } from '../run/withheld.ts';

/** What an author may publish beside the numbers, a kind at a time. */
export const revealedKinds = [
  'texts',
  'words',
  'labels',
  'names',
  'files',
  'hashes',
  'device',
  'notices',
  'probes',
] as const;
export type RevealedKind = (typeof revealedKinds)[number];

/** As the list of what will be published says them: with a count behind. */
export const kindTitles: Readonly<Record<RevealedKind, string>> = {
  texts: 'texts of the data, in the rows that neurons respond to',
  words: 'words that drive neurons',
  labels: 'names of classes',
  names: 'names and types of models',
  files: 'names of files, encoders and columns, and how texts were read',
  hashes: 'hashes of model and data, with the predictions that they match',
  device: 'names of graphics adapters and browsers',
  notices: 'sentences that the run had to say',
  probes: 'trained probes, as weights',
};

/** Where a text stands: in which run, and at which place of the innermost list around it. */
interface Place {
  run: RunFile;
  index: number;
}

type Rule =
  /** Winnow's own words, from a list that the check of run files holds them to. */
  | 'own'
  /** Winnow's own words too, but no check holds them to that: in a form that can hold no others. */
  | { own: (text: string, place: Place) => string | null }
  /** The author's; the field is left out where nothing stands instead. */
  | { kind: RevealedKind; instead?: (text: string, place: Place) => string | null };

const withheld = (): string => withheldHash;
const date = { own: dateOf };
const device = { kind: 'device', instead: () => null } as const;
const browser = { kind: 'device', instead: () => 'a browser' } as const;
const label = { kind: 'labels', instead: classOf } as const;
const measured = 'reduced.*.measurement';

/** By path; `*` is any place in a list. A field of several texts stands here as a whole where it is left out as a whole. */
export const textRules: Readonly<Record<string, Rule>> = {
  format: 'own',
  created: date,
  protocol: 'own',
  'options.aggregation': 'own',
  'options.sentenceToken': 'own',
  'options.leftOut.*': 'own',
  'model.name': { kind: 'names', instead: () => 'a model' },
  'model.architecture': { kind: 'names', instead: (text) => (text === 'activations' ? text : 'encoder') },
  'model.sha256': { kind: 'hashes', instead: withheld },
  'model.weights': { kind: 'files' },
  'model.otherWeights': { kind: 'files' },
  'model.encoders': { kind: 'files' },
  'model.adapter': { kind: 'files' },
  'model.pooling': 'own',
  'model.lastLayer': 'own',
  'data.task': 'own',
  'data.files.*.role': 'own',
  'data.files.*.name': { kind: 'files', instead: withheld },
  'data.files.*.sha256': { kind: 'hashes', instead: withheld },
  'data.files.*.encoding': { kind: 'files' },
  'data.files.*.separator': { kind: 'files' },
  'data.columns': { kind: 'files' },
  // Without the hash of the rows that they are of, nothing can be paired.
  predictions: { kind: 'hashes' },
  testRows: { kind: 'hashes' },
  'data.labels.*': label,
  metric: 'own',
  'device.backend': 'own',
  'device.arithmetic': 'own',
  'device.adapter': device,
  'device.browser': browser,
  'timings.*.stage': { own: stageOf },
  oracleProbe: { kind: 'probes' },
  'oracleProbe.weight': 'own',
  'oracleProbe.bias': 'own',
  'selection.*.minimalSet.probe': { kind: 'probes' },
  'selection.*.minimalSet.probe.weight': 'own',
  'selection.*.minimalSet.probe.bias': 'own',
  'maxFeatures.minimalSet.probe': { kind: 'probes' },
  'maxFeatures.minimalSet.probe.weight': 'own',
  'maxFeatures.minimalSet.probe.bias': 'own',
  'selectivity.control': 'own',
  'mcnemar.method': 'own',
  'usableInformation.split': 'own',
  topWords: { kind: 'words' },
  neuronRows: { kind: 'texts' },
  'neuronRows.split': 'own',
  'timing.created': date,
  'timing.device.backend': 'own',
  'timing.device.arithmetic': 'own',
  'timing.device.adapter': device,
  'timing.device.browser': browser,
  'reduced.*.created': date,
  'reduced.*.name': { kind: 'names', instead: (_, { index }) => `smaller model ${index + 1}` },
  'reduced.*.answer': { own: answerOf },
  [`${measured}.created`]: date,
  [`${measured}.split`]: 'own',
  [`${measured}.unit`]: 'own',
  [`${measured}.files.*.path`]: { kind: 'files', instead: (_, { index }) => `file ${index + 1}` },
  [`${measured}.files.*.dtype`]: 'own',
  [`${measured}.fineTuned.labelsBy`]: 'own',
  [`${measured}.fineTuned.why`]: { kind: 'notices', instead: withheld },
  [`${measured}.differences.first.*.label`]: label,
  [`${measured}.differences.first.*.reduced`]: label,
  [`${measured}.differences.first.*.full`]: label,
  [`${measured}.device.backend`]: 'own',
  [`${measured}.device.arithmetic`]: 'own',
  [`${measured}.device.adapter`]: device,
  [`${measured}.device.browser`]: browser,
  'warnings.*': { kind: 'notices' },
};

/** What becomes of the author's own: of a text, or of a whole field. `gone` leaves it out. */
export type Treatment = (kind: RevealedKind, value: unknown, instead: unknown, path: string) => unknown;

export const gone = Symbol('left out');

/** The run with every text of the author's treated, without its verdict, which names model and classes. */
export function withTextsTreated(run: RunFile, treat: Treatment): unknown {
  return treated({ ...run, verdict: undefined }, '', { run, index: 0 }, treat);
}

function treated(value: unknown, path: string, place: Place, treat: Treatment): unknown {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return value;
  const rule = textRules[path];
  if (typeof rule === 'object' && 'kind' in rule) {
    const instead = typeof value === 'string' ? rule.instead?.(value, place) : undefined;
    return treat(rule.kind, value, instead === undefined ? gone : instead, path);
  }
  if (typeof value === 'string') {
    if (rule === undefined) return gone;
    return rule === 'own' ? value : rule.own(value, place);
  }
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry === 'number')) return value;
    const entries = value.map((entry, index) => treated(entry, `${path}.*`, { ...place, index }, treat));
    return entries.filter((entry) => entry !== gone);
  }
  const fields = Object.entries(value).map(([key, field]): [string, unknown] => [
    key,
    treated(field, path === '' ? key : `${path}.${key}`, place, treat),
  ]);
  return Object.fromEntries(fields.filter(([, field]) => field !== gone));
}

function dateOf(text: string): string {
  const time = Date.parse(text);
  return new Date(Number.isFinite(time) ? time : 0).toISOString();
}

function stageOf(text: string): string {
  return stageNames.find((name) => name === text) ?? 'another stage';
}

function answerOf(text: string, { run }: Place): string | null {
  return namedAnswers(run).has(text) ? text : null;
}

/** A task with labels of its own has no others: they are nobody's secret. Numbers stay in the order of the labels. */
function classOf(text: string, { run: { data } }: Place): string {
  const task = tasks[data.task];
  if (task.kind === 'glue' && task.labels?.includes(text)) return text;
  const index = data.labels.indexOf(text);
  if (index < 0) return 'another class';
  return `class ${String(index + 1).padStart(String(data.labels.length).length, '0')}`;
}
