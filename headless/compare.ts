/**
 * `npm run compare`: results beside each other, as tables for people and for other programs. A browser is needed only where
 * layers are compared.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ComparedRun } from '../src/compare/run.ts';
import type { FailedRun } from '../src/compare/summary.ts';
import { comparisonTable } from '../src/compare/table.ts';
import { comparisonFiles, comparisonNames, comparisonReport } from '../src/exports/comparison-files.ts';
import { resultStem } from '../src/exports/file-names.ts';
import { analysisOf, runTitle, withTitlesApart, type ResultSource } from '../src/report/analysis.ts';
import { counted, listed, unspaced } from '../src/report/format.ts';
import { parseResult } from '../src/session/inputs/results.ts';
import { WinnowError } from '../src/base/errors.ts';
import { comparedLayersLines } from '../src/compare/layers.ts';
import { usageFailure } from './command-line.ts';
import { parseCompare, type CompareCommand } from './compare-options.ts';
import { layersAmong } from './compared-layers.ts';
import { comparisonPage } from './comparison-page.ts';
import { runCommand } from './command.ts';
import { unreadable } from './failure.ts';
import { namedText } from './named-text.ts';
import { partLines } from './one-file.ts';
import { wantsJson } from './options.ts';
import { stageFolder } from './output.ts';
import { align } from './table.ts';
import { compareUsage } from './usage.ts';

const args = process.argv.slice(2);
const resultNames = ['run.json', 'all_results.json'] as const;
const failureName = 'failure.json';

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A result, or why there is none. */
async function read(given: string, place: number): Promise<ComparedRun | FailedRun> {
  const isFolder = await stat(given).then((found) => found.isDirectory(), unreadable(`"${given}"`));
  const folder = isFolder ? given : dirname(given);
  const inside = isFolder ? [...resultNames, failureName].map((name) => join(folder, name)) : [given];
  const found: string[] = [];
  for (const path of inside) if (await isThere(path)) found.push(path);
  const [path] = found;
  if (path === undefined) {
    const message = `The folder "${given}" holds no result.`;
    throw new WinnowError(
      'missing-file',
      message,
      `Name a folder with ${resultNames.join(' or ')}, or the file itself.`,
    );
  }
  const text = await namedText(path);
  if (basename(path) === failureName) return { title: basename(resolve(folder)), reason: reasonIn(text) };
  const source = named(await parseResult(text, path), basename(path));
  return { id: String(place), title: titleOf(source), stem: resultStem(source), analysis: analysisOf(source), source };
}

/** By its path in messages, by its name in tables. */
function named(source: ResultSource, name: string): ResultSource {
  return source.kind === 'run' ? source : { ...source, results: { ...source.results, name } };
}

function titleOf(source: ResultSource): string {
  return source.kind === 'run' ? runTitle(source.run) : source.results.name;
}

/** What `analyze --json` said last, or that it said nothing. */
function reasonIn(text: string): string {
  try {
    const { error, code } = JSON.parse(text) as { error?: { message?: unknown; next?: unknown }; code?: unknown };
    const said = [error?.message, error?.next].filter((one) => typeof one === 'string').join(' ');
    return said === '' ? `The command ended with exit code ${String(code)} and said nothing.` : said;
  } catch {
    return 'The command ended and said nothing.';
  }
}

await runCommand(wantsJson(args), async ({ signal, progress }) => {
  const command = parseCompare(args);
  if (!command) return { text: compareUsage, fields: { usage: compareUsage } };
  const { out } = command;
  const isOurs = (name: string): boolean => [...comparisonNames, comparisonReport].includes(name);
  const staging = await stageFolder(out, isOurs, command.replaces);
  const all: (ComparedRun | FailedRun)[] = [];
  for (const [place, given] of command.results.entries()) {
    signal.throwIfAborted();
    all.push(await read(given, place));
  }
  const runs = withTitlesApart(all.flatMap((one) => ('analysis' in one ? [one] : [])));
  const failed = all.flatMap((one) => ('analysis' in one ? [] : [one]));
  const base = baseAmong(runs, command);
  const layers = base ? await layersAmong(runs, base, command, { signal, progress }) : [];
  const files = comparisonFiles(runs, base, failed, layers);
  for (const { name, content } of files) await staging.write(name, content);
  const report = base && (await comparisonPage({ runs, base, failed, layers }, command.revealed, { signal, progress }));
  if (report) await staging.write(comparisonReport, report.file);
  const names = [...files.map(({ name }) => name), ...(report ? [comparisonReport] : [])];
  const unlisted = await staging.commit('summary.csv');
  return {
    text: [
      ...(base ? lines(runs, base) : []),
      ...comparedLayersLines(layers),
      ...failed.map(({ title, reason }) => `Failed: ${title}. ${reason}`),
      '',
      ...(report ? [`${comparisonReport}:`, ...partLines(report.parts)] : []),
      `Wrote ${counted(names.length, 'file')} into ${out}: ${listed(names)}.`,
    ].join('\n'),
    fields: { out, results: runs.length, failed, files: names },
    failures: unlisted ? [unlisted] : [],
  };
});

/** The first, where nobody asked for another. */
function baseAmong(runs: readonly ComparedRun[], { base }: CompareCommand): ComparedRun | null {
  const found = runs.find(({ id }) => id === String(base));
  if (found || runs.length === 0 || base === 0) return found ?? runs[0] ?? null;
  throw usageFailure(`--base is ${base + 1}, a row that has failed.`, 'Give the place of one that has a result.');
}

/** Names may be as long as anybody likes. */
function clipped(text: string): string {
  const longest = 80;
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function lines(runs: readonly ComparedRun[], base: ComparedRun): string[] {
  const { columns, rows } = comparisonTable(runs, base).table;
  const shown = ['result', 'test score', 'difference', 'against', 'test', 'neurons kept', 'removed'];
  const places = columns.flatMap(({ title }, place) => (shown.includes(title) ? [place] : []));
  const cells = rows.map((row) => places.map((place) => clipped(unspaced(row[place].text).replace(/\s+/g, ' '))));
  return align([places.map((place) => columns[place].title), ...cells]);
}
