/** The SHA-256 of what a result is saved as: it names the result in captions, tables and references. */
import { sha256Text } from '../base/text-hash.ts';
import type { ResultSource } from '../report/analysis.ts';
import type { IdentifiedSource } from '../report/caption.ts';
import { runText } from '../run/run-text.ts';

export async function identified(sources: readonly ResultSource[]): Promise<IdentifiedSource[]> {
  return Promise.all(
    sources.map(async (source) => {
      return { source, sha256: source.kind === 'run' ? await sha256Text(runText(source.run)) : null };
    }),
  );
}
