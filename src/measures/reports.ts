/** How measures are shown, a line each, in the order in which their figures stand in a section. */
import type { Question } from '../data/question.ts';
import { listed } from '../report/format.ts';
import type { Measured, NamedAnalysis } from '../report/analysis.ts';
import type { Figure } from '../report/chart.ts';
import type { Observation } from '../report/observation.ts';
import { ablationReport } from './ablation/report.ts';
import { ckaReport } from './cka/report.ts';
import type { FieldName, FieldValues } from './fields.ts';
import { codeLengthReport } from './code-length/report.ts';
import { geometryReport } from './geometry/report.ts';
import { intrinsicDimensionReport } from './intrinsic-dimension/report.ts';
import { mcnemarReport } from './mcnemar/report.ts';
import { mutualNeighboursReport } from './mutual-neighbours/report.ts';
import { neuronRowsReport } from './neuron-rows/report.ts';
import type { Observed, Report, Subject, ReportView } from './report.ts';
import { predictionsReport } from './predictions/report.ts';
import { probelessReport } from './probeless/report.ts';
import { procrustesReport } from './procrustes/report.ts';
import { selectivityReport } from './selectivity/report.ts';
import { shortenedReport } from './shortened/report.ts';
import { topWordsReport } from './top-words/report.ts';
import { usableInformationReport } from './usable-information/report.ts';

export type { ReportView };

type Reports = { readonly [K in FieldName]: Report<FieldValues[K]> };

const reports: Reports = {
  usableInformation: usableInformationReport,
  codeLength: codeLengthReport,
  cka: ckaReport,
  procrustes: procrustesReport,
  mutualNeighbours: mutualNeighboursReport,
  geometry: geometryReport,
  shortened: shortenedReport,
  intrinsicDimension: intrinsicDimensionReport,
  ablation: ablationReport,
  probeless: probelessReport,
  selectivity: selectivityReport,
  mcnemar: mcnemarReport,
  topWords: topWordsReport,
  neuronRows: neuronRowsReport,
  predictions: predictionsReport,
};

const names = Object.keys(reports) as FieldName[];

interface Result extends NamedAnalysis {
  question?: Question;
}

export interface MeasuredSection {
  /** A text a result, empty where no measure has anything to say. */
  findings: string[];
  figures: Figure[];
  /** What would have taken too long, a text a result that lacks something. */
  leftOut: string[];
}

/** What all measures of a section found in the results on screen. */
export function measuredSection(
  section: Report<never>['section'],
  results: readonly Result[],
  view: ReportView,
): MeasuredSection {
  const measured = names
    .filter((name) => reports[name].section === section)
    .map((name) => shownBy(name, results, view));
  return {
    findings: results.map((result) =>
      measured
        .flatMap(({ findings }) => findings.get(result) ?? [])
        .filter((text) => text !== '')
        .join(' '),
    ),
    figures: measured.flatMap(({ figures }) => figures),
    leftOut: results.flatMap((result) => {
      const lacking = (result.analysis.leftOut ?? []).filter((name) => reports[name].section === section);
      const text = leftOutText(lacking);
      return text === null ? [] : [view.compared ? `${result.title}: ${text}` : text];
    }),
  };
}

/** Which of these a run left out by itself, and how to have them; null for none. */
export function leftOutText(lacking: readonly FieldName[]): string | null {
  if (lacking.length === 0) return null;
  const nouns = lacking.map((name) => reports[name].noun ?? name);
  const it = nouns.length > 1 ? 'them' : 'it';
  return `Not measured: ${listed(nouns)}. With ${it}, measures like these would take a tenth of the analysis or more, as estimated for two cores; “All measures” in the set-up (--all-measures) has ${it} too.`;
}

/** What is said of the results on screen, each by its name where there are several. */
export function namedFindings(
  findings: readonly string[],
  results: readonly Pick<NamedAnalysis, 'title'>[],
  { compared }: Pick<ReportView, 'compared'>,
): string[] {
  return findings.flatMap((text, index) => (text === '' ? [] : [(compared ? `${results[index].title}: ` : '') + text]));
}

/** What all measures of a run found, a row a number. */
export function measuredObservations(measured: Measured, run: Observed): Observation[] {
  return names.flatMap((name) => observedBy(name, measured, run));
}

function observedBy<K extends FieldName>(name: K, measured: Measured, run: Observed): Observation[] {
  const { observations }: Reports[K] = reports[name];
  const value = measured[name];
  return value === null ? [] : (observations?.(value, run) ?? []);
}

function shownBy<K extends FieldName>(name: K, results: readonly Result[], view: ReportView) {
  const { finding, figures }: Reports[K] = reports[name];
  const findings = new Map<Result, string>();
  const holding = results.flatMap((result) => {
    const measured: Measured = result.analysis;
    const value = measured[name];
    return value === null ? [] : [{ value, result }];
  });
  const drawn = holding.flatMap(({ value, result }, index) => {
    const subject: Subject = { question: null, ...result, ...view, index };
    if (finding) findings.set(result, finding(value, subject));
    return figures?.(value, subject) ?? [];
  });
  return { findings, figures: drawn };
}
