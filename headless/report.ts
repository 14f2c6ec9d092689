/** `npm run report`: results as one HTML file, to be looked at. */
import { basename } from 'node:path';
import { checkPublication, firstPublication, type Publication } from '../src/publication/publication.ts';
import { publishedList, publishedRuns } from '../src/publication/run.ts';
import { runTitle } from '../src/report/analysis.ts';
import { byteSize, unspaced } from '../src/report/format.ts';
import { parseRun, type RunFile } from '../src/run/run-file.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand } from './command.ts';
import { wantsJson } from './options.ts';
import { stageFile } from './output.ts';
import { parseReport, type ReportCommand } from './report-options.ts';
import { namedText } from './named-text.ts';
import { comparedTitle, filledPage, partLines } from './one-file.ts';
import { reportUsage } from './usage.ts';

const args = process.argv.slice(2);

await runCommand(wantsJson(args), async ({ signal, progress }) => {
  const command = parseReport(args);
  if (!command) return { text: reportUsage, fields: { usage: reportUsage } };
  const { out, revealed } = command;
  const read: RunFile[] = [];
  for (const path of command.runs) read.push(parseRun(await namedText(path), path));
  const runs = await publishedRuns(read, revealed);
  const publication = await publicationOf(command, runs);
  const staging = await stageFile(out, command.replaces);
  await buildIfNeeded(progress.say, signal);
  const file = await filledPage({ publication, runs });
  const name = basename(out);
  await staging.write(name, file);
  await staging.commit(name);
  const parts = publishedList(read, revealed);
  const text = [...partLines(parts), `Wrote ${out} (${unspaced(byteSize(file.length))}): “${publication.title}”.`];
  return { text: text.join('\n'), fields: { out, bytes: file.length, title: publication.title, texts: parts } };
});

async function publicationOf(
  { title, note, sections, revealed }: ReportCommand,
  runs: RunFile[],
): Promise<Publication> {
  const usual = runs.length === 1 ? runTitle(runs[0]) : comparedTitle(runs);
  const text = note === null ? '' : (await namedText(note)).trim();
  const all = { ...firstPublication(title ?? usual), note: text, sections, revealed };
  return checkPublication(all, note ?? 'the page');
}
