/**
 * The view as text after `#` in the address and back: version, screen, which results, what of them is shown. It holds ids
 * and fixed words only, never a file name or anything the user typed. Whatever it does not understand becomes the start.
 */
import { scoreNames, type ScoreName } from '../../data/tasks.ts';
import type { ReportView } from '../../measures/reports.ts';
import { splits, type Split } from '../../data/scores.ts';
import { presentStepNames, type PresentStepName } from '../../report/present/step-names.ts';
import { sectionNames, type SectionName } from '../../report/sections.ts';

/** What of a result is shown; null: its own first choice. */
export interface ResultView {
  section: SectionName | null;
  metric: ScoreName | null;
  split: Split;
  cka: ReportView['estimate'];
  /** Cluster threshold, −1 for none. */
  c: number | null;
  /** Losses in per cent. */
  deltas: { layers: number; neurons: number } | null;
  /** The step that is presented, by name, or from 1; null: the result itself is shown. */
  step: PresentStepName | number | null;
  /** Whose card is open: `place` is that of its result on screen, from 1; null: none. */
  neuron: { layer: number; index: number; place: number } | null;
}

export type View =
  | { screen: 'start' }
  | { screen: 'set-up' }
  | { screen: 'run' }
  /** `ids`: of kept or opened results, `demo:ID` for one that lies beside the page. */
  | { screen: 'result'; ids: string[]; show: ResultView };

export const firstResultView: ResultView = {
  section: null,
  metric: null,
  split: 'test',
  cka: 'biased',
  c: null,
  deltas: null,
  step: null,
  neuron: null,
};

const version = '1';
const idPattern = /^[a-z0-9-]{1,40}$/;
const demoPrefix = 'demo:';

export function formatAddress(view: View): string {
  const fields: [string, string][] = [['v', version]];
  if (view.screen === 'set-up' || view.screen === 'run') fields.push(['screen', view.screen]);
  if (view.screen === 'result') {
    fields.push(...idFields(view.ids));
    const { section, metric, split, cka, c, deltas, step, neuron } = view.show;
    if (section) fields.push(['section', section]);
    if (metric) fields.push(['metric', metric]);
    if (split !== firstResultView.split) fields.push(['split', split]);
    if (cka !== firstResultView.cka) fields.push(['cka', cka]);
    if (c !== null) fields.push(['c', short(c)]);
    if (deltas !== null) fields.push(['deltas', `${short(deltas.layers)}-${short(deltas.neurons)}`]);
    if (neuron !== null) fields.push(['neuron', neuronText(neuron)]);
    if (step !== null) fields.push(['step', String(step)]);
  }
  return `#${fields.map(([key, value]) => `${key}=${value}`).join('&')}`;
}

export function parseAddress(hash: string): View {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  // Who writes an address by hand may leave the version out.
  if ((fields.get('v') ?? version) !== version) return { screen: 'start' };
  const ids = idsIn(fields);
  if (ids.length > 0) {
    const show: ResultView = {
      section: oneOf(sectionNames, fields.get('section')),
      metric: oneOf(scoreNames, fields.get('metric')),
      split: oneOf(splits, fields.get('split')) ?? firstResultView.split,
      cka: oneOf(['biased', 'debiased'] as const, fields.get('cka')) ?? firstResultView.cka,
      c: thresholdOf(fields.get('c')),
      deltas: deltasOf(fields.get('deltas')),
      // As it was called before.
      step: stepOf(fields.get('step') ?? fields.get('present')),
      neuron: neuronOf(fields.get('neuron')),
    };
    return { screen: 'result', ids, show };
  }
  const screen = oneOf(['set-up', 'run'] as const, fields.get('screen'));
  return screen ? { screen } : { screen: 'start' };
}

export function demoId(name: string): string {
  return demoPrefix + name;
}

/** The id of a result beside the page in an id, or null for another result's. */
export function demoOf(id: string): string | null {
  return id.startsWith(demoPrefix) ? id.slice(demoPrefix.length) : null;
}

/** In their order: neighbours of one kind share a field. */
function idFields(ids: readonly string[]): [string, string][] {
  const fields: [string, string][] = [];
  for (const id of ids) {
    const name = demoOf(id);
    const [key, text] = name === null ? ['run', id] : ['result', name];
    const last = fields.at(-1);
    if (last?.[0] === key) last[1] += `,${text}`;
    else fields.push([key, text]);
  }
  return fields;
}

function idsIn(fields: URLSearchParams): string[] {
  const kinds = new Map([
    ['result', demoPrefix],
    ['demo', demoPrefix],
    ['run', ''],
  ]);
  const ids = [...fields].flatMap(([key, text]) => {
    const prefix = kinds.get(key);
    return prefix === undefined ? [] : idsOf(text).map((id) => prefix + id);
  });
  return [...new Set(ids)];
}

function idsOf(text: string): string[] {
  return text.split(',').filter((id) => idPattern.test(id));
}

/** At most four decimals, as far as any threshold is told apart. */
function short(value: number): string {
  return String(Number(value.toFixed(4)));
}

function thresholdOf(text: string | null): number | null {
  const value = text === null || text === '' ? NaN : Number(text);
  return value === -1 || (value > 0 && value < 1) ? value : null;
}

function deltasOf(text: string | null): ResultView['deltas'] {
  const match = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text ?? '');
  const [layers, neurons] = [Number(match?.[1]), Number(match?.[2])];
  return layers <= 100 && neurons <= 100 ? { layers, neurons } : null;
}

/** One behind the last is the last. */
function stepOf(text: string | null): PresentStepName | number | null {
  return /^[1-9]\d?$/.test(text ?? '') ? Number(text) : oneOf(presentStepNames, text);
}

/** The first result goes without saying. */
function neuronText({ layer, index, place }: NonNullable<ResultView['neuron']>): string {
  return place === 1 ? `${layer}:${index}` : `${layer}:${index}:${place}`;
}

function neuronOf(text: string | null): ResultView['neuron'] {
  const [, layer, index, place = '1'] = /^(\d{1,3}):(\d{1,5})(?::([1-9]\d?))?$/.exec(text ?? '') ?? [];
  return layer === undefined ? null : { layer: Number(layer), index: Number(index), place: Number(place) };
}

function oneOf<T extends string>(allowed: readonly T[], text: string | null): T | null {
  return allowed.find((value) => value === text) ?? null;
}
