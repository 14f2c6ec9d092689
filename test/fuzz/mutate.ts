/**
 * Inputs for a target: one of its seeds with one to four mutations, each of bytes, of text, of JSON or of the set of files.
 * A seed and a number give the same input anywhere.
 */
import { Mt19937 } from '../../src/base/random.ts';
import { mutateBytes, spliced } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import { mutateRun, mutateText } from './mutate-text.ts';
import type { Drop, FuzzFile, FuzzTarget } from './target.ts';

export interface FuzzInput {
  target: FuzzTarget;
  drop: Drop;
}

const mostMutations = 4;
const names = [
  ...['config.json', 'm/config.json', 'model.safetensors', 'pytorch_model.bin', 'model.onnx', 'tokenizer.json'],
  ...['vocab.txt', 'tokenizer_config.json', 'model.safetensors.index.json', 'adapter_config.json', 'training_args.bin'],
  ...[
    'train.tsv',
    'dev.tsv',
    'test.tsv',
    'train.csv',
    'test.jsonl',
    'train.conllu',
    'dev.word',
    'dev.label',
    'x.parquet',
  ],
  ...[
    'train.npy',
    'dev.npz',
    'train.json',
    'a/b/../test.json',
    'all_results.json',
    'run.json',
    'README.md',
    '.DS_Store',
  ],
  ...['train-00000-of-00002.parquet', 'model-00001-of-00002.safetensors', 'x', 'é.tsv', '__proto__', 'constructor'],
];
const folders = ['', 'm/', 'data/', 'm/checkpoint-500/', 'snapshots/0/'];

/** Draws inputs; seeds of targets are made once. */
export class InputSource {
  readonly #targets: readonly FuzzTarget[];
  readonly #seeds = new Map<FuzzTarget, Promise<Drop[]>>();
  readonly #shares: number;

  constructor(targets: readonly FuzzTarget[]) {
    this.#targets = targets;
    this.#shares = targets.reduce((sum, { share }) => sum + share, 0);
  }

  /** Input `index` of a run with this seed. */
  async input(seed: number, index: number): Promise<FuzzInput> {
    const random = new Mt19937((Math.imul(seed, 0x9e3779b1) + index) >>> 0);
    let at = (random.uint32() / 2 ** 32) * this.#shares;
    const target = this.#targets.find(({ share }) => (at -= share) < 0) ?? this.#targets[0];
    return { target, drop: this.#mutated(target, await this.#seedsOf(target), random) };
  }

  /** The same for one target alone. */
  async inputOf(target: FuzzTarget, seed: number): Promise<FuzzInput> {
    return { target, drop: this.#mutated(target, await this.#seedsOf(target), new Mt19937(seed)) };
  }

  #seedsOf(target: FuzzTarget): Promise<Drop[]> {
    const seeds = this.#seeds.get(target) ?? Promise.resolve(target.seeds());
    this.#seeds.set(target, seeds);
    return seeds;
  }

  #mutated(target: FuzzTarget, seeds: readonly Drop[], random: Mt19937): Drop {
    let drop = random.choice(seeds);
    const count = 1 + random.interval(mostMutations - 1);
    for (let i = 0; i < count; i++) {
      const other = random.choice(random.choice(seeds));
      if (target.whole && random.interval(2) === 0) drop = mutateDrop(drop, other, random);
      else drop = mutateOne(drop, other, random);
    }
    return drop;
  }
}

function mutateOne(drop: Drop, other: FuzzFile, random: Mt19937): Drop {
  if (drop.length === 0) return drop;
  const place = random.interval(drop.length - 1);
  return drop.map((file, index) =>
    index === place ? { ...file, bytes: mutateFile(file, other.bytes, random) } : file,
  );
}

function mutateFile({ bytes }: FuzzFile, other: Uint8Array, random: Mt19937): Uint8Array<ArrayBuffer> {
  const first = bytes.find((byte) => byte > 32);
  const isJson = first === 0x7b || first === 0x5b;
  const isText = isJson || !bytes.subarray(0, 64).some((byte) => byte < 9);
  const kind = random.interval(9);
  const changed = kind < 5 ? (isJson ? mutateJson : mutateHeader)(bytes, random) : null;
  if (changed) return changed;
  // Binary files, too, have texts in them.
  return isText
    ? (kind < 8 ? mutateText : mutateBytes)(bytes, random, other)
    : (kind < 2 ? mutateRun : mutateBytes)(bytes, random, other);
}

/** JSON with its length in 8 bytes before it, as in safetensors, and the length made right again. */
function mutateHeader(bytes: Uint8Array, random: Mt19937): Uint8Array<ArrayBuffer> | null {
  if (bytes.length < 10 || bytes[8] !== 0x7b) return null;
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = length < bytes.length ? mutateJson(bytes.subarray(8, 8 + length), random) : null;
  if (header === null) return null;
  const out = spliced(bytes, 8, 8 + length, header);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  return out;
}

/** Files renamed, moved, doubled, exchanged, taken out; paths stay different, as they are in a folder. */
function mutateDrop(drop: Drop, other: FuzzFile, random: Mt19937): Drop {
  const place = random.interval(Math.max(0, drop.length - 1));
  const file = drop.at(place) ?? other;
  const second = random.choice(drop.length > 0 ? drop : [other]);
  const name = random.choice(names);
  const base = file.path.slice(file.path.lastIndexOf('/') + 1);
  const replaced = (...by: FuzzFile[]): Drop => distinct([...drop.slice(0, place), ...by, ...drop.slice(place + 1)]);
  switch (random.interval(8)) {
    case 0:
      return replaced();
    case 1:
      return replaced({ ...file, path: name });
    case 2:
      return replaced({ ...file, path: random.choice(folders) + base });
    case 3:
      return replaced(file, { ...file, path: random.choice(folders) + name });
    case 4:
      return replaced({ ...file, bytes: second.bytes });
    case 5:
      return distinct([...drop, { ...other, path: random.choice(folders) + other.path }]);
    case 6:
      return replaced({ ...file, bytes: new Uint8Array() });
    case 7:
      return replaced({ ...file, path: random.interval(1) === 0 ? file.path.toUpperCase() : `${file.path}.gz` });
    default:
      return [...drop].reverse();
  }
}

function distinct(drop: Drop): Drop {
  return [...new Map(drop.map((file) => [file.path, file])).values()];
}
