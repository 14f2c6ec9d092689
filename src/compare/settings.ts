/** What results were made with, a text a setting, so that what differs among them can be told from what is the same. */
import { choicesOf } from '../report/choices.ts';
import { integer } from '../report/format.ts';
import { quickLookMark } from '../report/quick-look.ts';
import { trainingText } from '../report/training.ts';
import { shortHash } from '../run/withheld.ts';
import { taskNameOf, type ComparedRun } from './run.ts';

export interface ComparedSettings {
  /** Those that are not the same for all, in the order of a run file. */
  differing: string[];
  /** By result, a text a differing setting; null where its file does not say. */
  values: (string | null)[][];
  /** The others, with their one text. */
  same: [title: string, text: string][];
}

/** Always told, whether they differ or not. */
export const leadingSettings: readonly string[] = ['model', 'task'];

export function settingsAmong(runs: readonly ComparedRun[]): ComparedSettings {
  const maps = runs.map((run) => new Map(settingsOf(run)));
  const titles = [...new Set(maps.flatMap((map) => [...map.keys()]))];
  const textsOf = (title: string): (string | null)[] => maps.map((map) => map.get(title) ?? null);
  const isSame = (title: string): boolean => new Set(textsOf(title)).size === 1;
  const differing = titles.filter((title) => leadingSettings.includes(title) || !isSame(title));
  return {
    differing,
    values: maps.map((map) => differing.map((title) => map.get(title) ?? null)),
    same: titles.flatMap((title) => (differing.includes(title) ? [] : [[title, textsOf(title)[0] ?? '']])),
  };
}

function settingsOf(run: ComparedRun): [string, string][] {
  const { source, analysis } = run;
  const { shape, protocol, metric, instances } = analysis;
  const size: [string, string][] = shape ? [['size', `${shape.layers} × ${integer(shape.hidden)}`]] : [];
  const common: [string, string][] = [
    ['protocol', protocol],
    ['score', metric],
  ];
  if (source.kind === 'published') return [['model', source.results.name], ...size, ...common];
  const { model, options, data } = source.run;
  const made = choicesOf(source.run).filter(([subject]) => subject !== 'read as');
  return [
    ['model', model.name],
    ['task', taskNameOf(run) ?? ''],
    ['architecture', model.architecture],
    ...size,
    ['weights’ SHA-256', shortHash(model.sha256)],
    ...common,
    ['seeds', options.seeds.join(', ')],
    ['train rows used', options.rows === null ? 'all' : `the first ${integer(options.rows)}`],
    [quickLookMark, options.sample === undefined ? 'no' : `${integer(options.sample)} of every part`],
    ['longest input', options.maxLength === null ? 'extracted elsewhere' : integer(options.maxLength)],
    ...made,
    ['training', trainingText(source.run)],
    ['batch', integer(options.batchSize)],
    ['penalties', `λ1 ${options.lambda1.toExponential()}, λ2 ${options.lambda2.toExponential()}`],
    ['labels', data.labels.length === 0 ? 'none, a regression' : integer(data.labels.length)],
    ...(instances ? [['test rows', integer(instances.test)] as [string, string]] : []),
  ];
}
