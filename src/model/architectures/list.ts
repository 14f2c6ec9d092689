/** The architectures, one row each, and what is known by the `model_type` of a config.json, of these and of others. */
import type { Architecture, ModelTypeFacts } from '../architecture.ts';
import { albert } from './albert.ts';
import { bert } from './bert.ts';
import { camembert } from './camembert.ts';
import { debertaV2 } from './deberta-v2/deberta-v2.ts';
import { distilbert } from './distilbert.ts';
import { electra } from './electra.ts';
import { eurobert } from './eurobert.ts';
import { exportedTypes } from './exported.ts';
import { gemma3 } from './gemma3.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { modernbert } from './modernbert.ts';
import { mpnet } from './mpnet.ts';
import { nomicBert } from './nomic-bert.ts';
import { qwen2, qwen3 } from './qwen.ts';
import { roberta } from './roberta.ts';
import { t5 } from './t5.ts';
import { xlmRoberta } from './xlm-roberta.ts';
import { xlnet } from './xlnet/xlnet.ts';

/** Those whose graphs Winnow writes, encoders in the order in which they were published, then all others. */
export const architectures: readonly Architecture[] = [
  bert,
  xlnet,
  roberta,
  albert,
  distilbert,
  camembert,
  xlmRoberta,
  electra,
  mpnet,
  gpt2,
  t5,
  debertaV2,
  llama,
  nomicBert,
  qwen2,
  modernbert,
  eurobert,
  gemma3,
  qwen3,
];

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
