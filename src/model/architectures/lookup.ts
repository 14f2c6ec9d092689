/** What is known by the `model_type` of a config.json, of architectures that Winnow writes and of others. */
import type { Architecture, ModelTypeFacts } from '../architecture.ts';
import { exportedTypes } from './exported.ts';
import { architectures } from './list.ts';

/** Every model type of which anything is known beside its files. */
export const modelTypes: ReadonlyMap<string, ModelTypeFacts> = byType([...architectures, ...exportedTypes]);

const written = byType(architectures);

/** Model types whose graphs Winnow writes, in alphabetical order. */
export const writtenTypes: readonly string[] = [...written.keys()].sort();

export function findArchitecture(type: string): Architecture | null {
  return written.get(type) ?? null;
}

/** @param architecture as the config's own reader gave it */
export function architectureOf({ architecture }: { architecture: string }): Architecture {
  const found = written.get(architecture);
  if (!found) throw new Error(`no architecture is called ${architecture}`);
  return found;
}

function byType<Facts extends ModelTypeFacts>(list: readonly Facts[]): Map<string, Facts> {
  return new Map(list.flatMap((facts) => facts.types.map((type) => [type, facts] as const)));
}
