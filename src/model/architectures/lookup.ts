/** What is known by the `model_type` of a config.json, of architectures that Winnow writes and of others. */
import type { Architecture, ModelTypeFacts } from '../architecture.ts';
import { exportedTypes } from './exported.ts';
import { architectures } from './list.ts';

/** Every model type of which anything is known beside its files. */
export const modelTypes: ReadonlyMap<string, ModelTypeFacts> = byType([...architectures, ...exportedTypes]);

/** Those whose graphs Winnow writes. */
export const writtenTypes: ReadonlyMap<string, Architecture> = byType(architectures);

/** @param architecture as a config's own reader gave it */
export function architectureOf({ architecture }: { architecture: string }): Architecture {
  const found = writtenTypes.get(architecture);
  if (!found) throw new Error(`no architecture is called ${architecture}`);
  return found;
}

function byType<Facts extends ModelTypeFacts>(list: readonly Facts[]): Map<string, Facts> {
  return new Map(list.flatMap((facts) => facts.types.map((type) => [type, facts] as const)));
}
