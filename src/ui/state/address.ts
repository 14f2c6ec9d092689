/**
 * The view as text after `#` in the address and back: version, screen, which results, what of them is shown. It holds ids
 * and fixed words only, never a file name or anything the user typed. Whatever it does not understand becomes the start.
 */
import { scoreNames, type ScoreName } from '../../data/tasks.ts';
import type { ReportView } from '../../measures/reports.ts';
import { splits, type Split } from '../../data/scores.ts';
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
  /** The step that is presented, from 1; null: the result itself is shown. */
  present: number | null;
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
  present: null,
};

const version = '1';
const idPattern = /^[a-z0-9-]{1,40}$/;
const demoPrefix = 'demo:';

export function formatAddress(view: View): string {
  const fields: [string, string][] = [['v', version]];
  if (view.screen === 'set-up' || view.screen === 'run') fields.push(['screen', view.screen]);
  if (view.screen === 'result') {
    const demos = view.ids.filter((id) => id.startsWith(demoPrefix)).map((id) => id.slice(demoPrefix.length));
    const runs = view.ids.filter((id) => !id.startsWith(demoPrefix));
    if (demos.length > 0) fields.push(['result', demos.join(',')]);
    if (runs.length > 0) fields.push(['run', runs.join(',')]);
    const { section, metric, split, cka, c, deltas, present } = view.show;
    if (section) fields.push(['section', section]);
    if (metric) fields.push(['metric', metric]);
    if (split !== firstResultView.split) fields.push(['split', split]);
    if (cka !== firstResultView.cka) fields.push(['cka', cka]);
    if (c !== null) fields.push(['c', short(c)]);
    if (deltas !== null) fields.push(['deltas', `${short(deltas.layers)}-${short(deltas.neurons)}`]);
    if (present !== null) fields.push(['present', String(present)]);
  }
  return `#${fields.map(([key, value]) => `${key}=${value}`).join('&')}`;
}

export function parseAddress(hash: string): View {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  // Who writes an address by hand may leave the version out.
  if ((fields.get('v') ?? version) !== version) return { screen: 'start' };
  const hosted = idsOf([fields.get('result') ?? '', fields.get('demo') ?? ''].join());
  const ids = [...hosted.map((id) => demoPrefix + id), ...idsOf(fields.get('run'))];
  if (ids.length > 0) {
    const show: ResultView = {
      section: oneOf(sectionNames, fields.get('section')),
      metric: oneOf(scoreNames, fields.get('metric')),
      split: oneOf(splits, fields.get('split')) ?? firstResultView.split,
      cka: oneOf(['biased', 'debiased'] as const, fields.get('cka')) ?? firstResultView.cka,
      c: thresholdOf(fields.get('c')),
      deltas: deltasOf(fields.get('deltas')),
      present: stepOf(fields.get('present')),
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

function idsOf(text: string | null): string[] {
  return [...new Set((text ?? '').split(',').filter((id) => idPattern.test(id)))];
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
function stepOf(text: string | null): number | null {
  return /^[1-9]\d?$/.test(text ?? '') ? Number(text) : null;
}

function oneOf<T extends string>(allowed: readonly T[], text: string | null): T | null {
  return allowed.find((value) => value === text) ?? null;
}
