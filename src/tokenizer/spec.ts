/** Reads the objects of a tokenizer.json field by field: a value of the wrong kind is refused by its name. */
import { WinnowError } from '../base/errors.ts';
import { entriesOf, shownJson, type JsonObject } from '../format/json.ts';

export const sameTokenizer = 'Use the tokenizer files that were saved together with the model.';

/** Greatest id that a vocabulary may hold, plus one. */
export const idLimit = 2 ** 24;

export function badTokenizer(message: string, cause?: unknown): WinnowError {
  return new WinnowError('bad-tokenizer', message, sameTokenizer, cause);
}

export class Spec {
  readonly file: string;
  private readonly values: JsonObject;
  private readonly where: string;

  /** @param where what the object is, for messages; '' for the whole file */
  constructor(values: JsonObject, file: string, where = '') {
    this.values = values;
    this.file = file;
    this.where = where;
  }

  get type(): string {
    return this.text('type', '');
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  text(key: string, absent?: string): string {
    const value = this.raw(key) ?? absent;
    return typeof value === 'string' ? value : this.wrong(key, value, 'a text');
  }

  flag(key: string, absent: boolean): boolean {
    const value = this.raw(key) ?? absent;
    return typeof value === 'boolean' ? value : this.wrong(key, value, 'true or false');
  }

  /** A whole number from 0 to below `limit`. */
  whole(key: string, limit: number, absent?: number): number {
    const value = this.raw(key) ?? absent;
    const whole = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < limit;
    return whole ? value : this.wrong(key, value, `a whole number below ${limit}`);
  }

  /** null when the field is absent or null. */
  object(key: string): Spec | null {
    const value = this.raw(key);
    if (value === undefined) return null;
    return this.inside(key, value) ?? this.wrong(key, value, 'an object');
  }

  entries(key: string): JsonObject {
    return entriesOf(this.raw(key)) ?? this.wrong(key, this.raw(key), 'an object');
  }

  list(key: string, limit: number, absent?: readonly unknown[]): readonly unknown[] {
    const value = this.raw(key) ?? absent;
    if (!Array.isArray(value)) return this.wrong(key, value, 'a list');
    if (value.length > limit) this.fail(`has ${value.length} entries in ${key}, more than ${limit}`);
    return value;
  }

  /** A list of objects. */
  objects(key: string, limit: number, absent?: readonly unknown[]): Spec[] {
    const values = this.list(key, limit, absent);
    return values.map((value) => this.inside(key, value) ?? this.wrong(key, value, 'objects only'));
  }

  /** The whole object, as its file says it. */
  fields(): Record<string, unknown> {
    return Object.fromEntries(this.values);
  }

  /** The same of one that has a type. */
  written(): Record<string, unknown> & { type: string } {
    return { ...this.fields(), type: this.type };
  }

  /** Every entry that is an object, by its key. */
  specs(): [string, Spec][] {
    return [...this.values].flatMap(([key, value]): [string, Spec][] => {
      const spec = this.inside(key, value);
      return spec ? [[key, spec]] : [];
    });
  }

  /** Whatever the field holds; undefined when it is absent or null. */
  raw(key: string): unknown {
    return this.values.get(key) ?? undefined;
  }

  fail(what: string): never {
    throw badTokenizer(`${this.where === '' ? '' : `The ${this.where} of `}${this.file} ${what}.`);
  }

  private inside(key: string, value: unknown): Spec | null {
    const entries = entriesOf(value);
    return entries && new Spec(entries, this.file, key);
  }

  private wrong(key: string, value: unknown, expected: string): never {
    const found = value === undefined ? 'no' : `${shownJson(value)} as`;
    this.fail(`has ${found} ${key}, where ${expected} belongs`);
  }
}

const stepLimit = 32;
const deepest = 4;

/**
 * The steps of a normalizer or a pre-tokenizer in their order, those of sequences in place of the sequence.
 * @param list what a sequence calls its steps
 * @throws WinnowError `bad-tokenizer` for more steps, or steps nested deeper, than any tokenizer has.
 */
export function stepsOf(spec: Spec | null, list: 'normalizers' | 'pretokenizers', depth = 0): Spec[] {
  if (spec?.type !== 'Sequence') return spec ? [spec] : [];
  if (depth >= deepest) spec.fail('is nested too deeply');
  const steps = spec.objects(list, stepLimit).flatMap((step) => stepsOf(step, list, depth + 1));
  if (steps.length > stepLimit) spec.fail(`has ${steps.length} steps, more than ${stepLimit}`);
  return steps;
}

export function isId(id: unknown): id is number {
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < idLimit;
}
