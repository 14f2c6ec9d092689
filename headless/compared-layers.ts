/** The layers of results held against each other, in a headless browser: by files of activations, or by what a profile keeps. */
import { basename } from 'node:path';
import type { ComparedLayers } from '../src/compare/layers.ts';
import type { ComparedRun } from '../src/compare/run.ts';
import type { RunFile } from '../src/run/run-file.ts';
import { rowsApart } from '../src/run/test-rows.ts';
import { buildIfNeeded } from './build.ts';
import { usageFailure } from './command-line.ts';
import type { CommandControl } from './command.ts';
import type { CompareCommand } from './compare-options.ts';
import { withPage, type DrivenLayers } from './drive.ts';

interface Participant extends DrivenLayers {
  /** Whether somebody named a file for it. */
  isNamed: boolean;
}

/**
 * The base, or the first result with activations, beside each other one. Of those that only the profile may keep, those of
 * other rows are passed over.
 * @throws WinnowError as `Engine.compareLayers`; CommandFailure.
 */
export async function layersAmong(
  runs: readonly ComparedRun[],
  base: ComparedRun,
  command: CompareCommand,
  { signal, progress }: Pick<CommandControl, 'signal' | 'progress'>,
): Promise<ComparedLayers[]> {
  const { activations, cache, place } = command;
  const all = participants([base, ...runs.filter((run) => run !== base)], command);
  if (activations.size === 0 && cache === null) return [];
  const [first, ...others] = all;
  const compared = others.filter((other) => other.isNamed || rowsApart(first, other) === '');
  if (compared.length === 0)
    throw usageFailure('No two results have the same test rows.', 'Compare layers of runs on the same test file.');
  await buildIfNeeded(progress.say, signal);
  const inputs = Array.from(activations, ([place, location]) => ({ location, path: pathOf(place, location) }));
  const drive = { device: place.device, cache, inputs, report: progress.report, signal };
  return withPage(drive, async (page) => {
    const found: ComparedLayers[] = [];
    for (const other of compared) {
      const { rows, cka } = await page.compareLayers([first, other], place);
      found.push({ first: first.title, other: other.title, rows, cka });
    }
    return found;
  });
}

function participants(runs: readonly ComparedRun[], { activations, cache }: CompareCommand): Participant[] {
  return runs.flatMap(({ id, title, source }) => {
    const place = Number(id);
    const location = activations.get(place);
    if (location === undefined && cache === null) return [];
    const run = runOf(source, title, location);
    const files = location === undefined ? null : [pathOf(place, location)];
    return run === null ? [] : [{ title, run, files, isNamed: location !== undefined }];
  });
}

function runOf(source: ComparedRun['source'], title: string, location: string | undefined): RunFile | null {
  if (source.kind === 'run') return source.run;
  if (location === undefined) return null;
  throw usageFailure(
    `--activations names ${location} for ${title}, a file of the published scripts.`,
    'Such a file does not say which rows it is of; name results of Winnow.',
  );
}

/** Files of two folders may be called alike. */
function pathOf(place: number, location: string): string {
  return `${place + 1}/${basename(location)}`;
}
