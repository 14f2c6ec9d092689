/**
 * `model.safetensors.index.json` or `pytorch_model.bin.index.json`: which of several weight files (shards) holds each
 * tensor. Shards are named, never opened, here; a name that would leave the folder is refused.
 */
import { nameOf, readText, type NamedBlob } from '../base/bytes.ts';
import { badFile } from '../base/errors.ts';
import { entriesOf, parseJsonObject, shownJson } from './json.ts';

export interface ShardIndex {
  /** Tensor name → shard file name. */
  weightMap: Map<string, string>;
  /** Every shard once, sorted by name. */
  files: string[];
}

const limitBytes = 100_000_000;
const next = 'Copy the index file again, or save the model again with transformers.';

/** @throws WinnowError `bad-file` when the index is not a map from tensors to weight files beside it. */
export async function readShardIndex(file: NamedBlob): Promise<ShardIndex> {
  const index = parseJsonObject(await readText(file, limitBytes), nameOf(file), next);
  const entries = entriesOf(index.get('weight_map'));
  if (entries === null || entries.size === 0) {
    throw badFile(`${nameOf(file)} has no \`weight_map\` that names a tensor.`, next);
  }
  const weightMap = new Map<string, string>();
  for (const [tensor, shard] of entries) {
    if (typeof shard !== 'string' || !/^[^/\\]+\.(safetensors|bin)$/.test(shard)) {
      const message = `${nameOf(file)} says that tensor \`${tensor}\` lies in ${shownJson(shard)}, which is not a weight file beside it.`;
      throw badFile(message, next);
    }
    weightMap.set(tensor, shard);
  }
  return { weightMap, files: [...new Set(weightMap.values())].sort() };
}
