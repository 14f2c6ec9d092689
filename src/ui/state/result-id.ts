/** The id by which addresses name a result. */
import type { ResultSource } from '../../report/analysis.ts';
import type { RunFile } from '../../run/run-file.ts';

/** The same for the same result wherever it is opened, and without anything of the user's in it. */
export function resultId(source: ResultSource): string {
  return source.kind === 'run' ? runId(source.run) : `p-${checksum(JSON.stringify(source.results.document))}`;
}

export function runId(run: RunFile): string {
  const made = Date.parse(run.created);
  const time = Number.isFinite(made) ? made.toString(36) : '0';
  const identity = `${run.model.sha256}${run.data.task}${run.protocol}${run.options.seeds.join()}${run.options.rows}`;
  return `${time}-${checksum(identity)}`;
}

function checksum(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) >>> 0;
  return sum.toString(36);
}
