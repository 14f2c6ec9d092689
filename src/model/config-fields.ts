/** The fields of one config.json, each read with its check: a wrong one ends in a sentence that names it. */
import { WinnowError } from '../base/errors.ts';
import { shownJson } from '../format/json.ts';

export const sameModel = 'Use the config.json that was saved together with the weights.';

export class ConfigFields {
  private readonly values: Map<string, unknown>;
  private readonly file: string;

  constructor(values: Map<string, unknown>, file: string) {
    this.values = values;
    this.file = file;
  }

  text(field: string): string {
    const value = this.get(field);
    if (typeof value !== 'string') this.fail(`has ${field} ${shownJson(value)} where a text belongs`);
    return value;
  }

  /** A whole number of at least 1; `absent` is what transformers takes when the field is not there, if anything. */
  count(field: string, limit: number, absent?: number): number {
    return this.whole(field, 1, limit, absent);
  }

  whole(field: string, least: number, limit: number, absent?: number): number {
    const value = absent === undefined ? this.get(field) : (this.values.get(field) ?? absent);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > limit) {
      this.fail(`has ${field} ${shownJson(value)} where a whole number from ${least} to ${limit} belongs`);
    }
    return value;
  }

  /** A number above 0; `absent` as above. */
  positive(field: string, absent: number): number {
    const value = this.values.get(field) ?? absent;
    if (typeof value !== 'number' || !(value > 0) || value > 1) {
      this.fail(`has ${field} ${shownJson(value)} where a number above 0 and up to 1 belongs`);
    }
    return value;
  }

  choice<T>(field: string, choices: Readonly<Record<string, T>>, absent: string): T {
    const value = this.values.get(field) ?? absent;
    const found = Object.entries(choices).find(([name]) => name === value);
    if (!found) {
      this.fail(`has ${field} ${shownJson(value)}, and Winnow computes ${Object.keys(choices).join(', ')}`);
    }
    return found[1];
  }

  /** Refuses every value but one; a field that is not there has it. */
  mustBe(field: string, expected: string | boolean | number): void {
    const value = this.values.get(field) ?? expected;
    if (value !== expected) this.fail(`has ${field} ${shownJson(value)}, and Winnow computes only "${expected}"`);
  }

  fail(what: string): never {
    throw new WinnowError('bad-model', `\`${this.file}\` ${what}.`, sameModel);
  }

  private get(field: string): unknown {
    const value = this.values.get(field);
    if (value === undefined || value === null) {
      this.fail(`has no ${field}, so the shape of the model is not known`);
    }
    return value;
  }
}
