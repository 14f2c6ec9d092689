/**
 * The inputs of a model file as other programs feed them, int64 [rows, T] each: `input_ids`, `attention_mask` (1 for a
 * token, 0 for padding on either side) and, where the model tells segments apart, `token_type_ids`. What a graph of Winnow's
 * is fed with beside them is worked out inside, each value once.
 */
import type { Pooling } from '../../base/pooling.ts';
import type { GraphBuilder } from './writer.ts';

/** Whose vectors are read: of one token a row, their mean, or of all. */
export type ReadToken = Pooling | 'all';

const size = ['rows', 'length'];

export class StandardInputs {
  readonly ids: string;
  /** int64 [rows, T] */
  readonly attended: string;

  constructor(
    readonly graph: GraphBuilder,
    readonly token: ReadToken,
  ) {
    this.ids = graph.input('input_ids', 'int64', size);
    this.attended = graph.input('attention_mask', 'int64', size);
  }

  typeIds(): string {
    return this.graph.once('token_type_ids', () => this.graph.input('token_type_ids', 'int64', size));
  }

  /** int64 [rows, T] of nothing but 0. */
  zeros(): string {
    return this.graph.once('zeros', () => this.graph.node('Sub', [this.ids, this.ids]));
  }

  /** float32 [rows, T]: 1 for a token, 0 for padding. */
  mask(): string {
    return this.graph.once('mask', () => this.float32(this.attended));
  }

  /** int64 [1] */
  rows(): string {
    return this.graph.once('rows', () => this.sizeOf(0));
  }

  /** int64 [1]: T */
  length(): string {
    return this.graph.once('length', () => this.sizeOf(1));
  }

  /** int64: whole numbers and values of one number, one after the other. */
  list(...sizes: (number | string)[]): string {
    const parts = sizes.map((one) => (typeof one === 'number' ? this.graph.integers([one]) : one));
    return this.graph.node('Concat', parts, { axis: { int: 0 } });
  }

  /** int64 [T]: 0, 1, …, T − 1 */
  places(): string {
    return this.graph.once('places', () => this.range(this.length()));
  }

  /** int64 [rows, 1]: where in its padded row the token stands that is read. */
  place(): string {
    const { graph } = this;
    return graph.once('place', () => {
      const select_last_index = { int: this.token === 'last' ? 1 : 0 };
      return graph.node('ArgMax', [this.mask()], { axis: { int: 1 }, keepdims: { int: 1 }, select_last_index });
    });
  }

  /** int64 [rows]: the same place among all rows × T tokens. */
  flatPlace(): string {
    const { graph } = this;
    return graph.once('flat place', () => {
      const starts = graph.node('Mul', [this.range(this.rows()), this.length()]);
      return graph.node('Add', [starts, graph.node('Reshape', [this.place(), graph.integers([-1])])]);
    });
  }

  /** int64 [1, T, T]: place of the key − place of the query. */
  distances(): string {
    const { graph } = this;
    return graph.once('distances', () => {
      const query = graph.node('Unsqueeze', [this.places(), graph.integers([1])]);
      return graph.node('Unsqueeze', [graph.node('Sub', [this.places(), query]), graph.integers([0])]);
    });
  }

  /** int64 [rows, T]: the same, the query being the token that is read. */
  readDistances(): string {
    return this.graph.once('read distances', () => this.graph.node('Sub', [this.places(), this.place()]));
  }

  /** int64 [value]: 0, 1, …, value − 1. @param value int64 [1] */
  range(value: string): string {
    const end = this.scalar(value);
    return this.graph.node('Range', [
      this.scalar(this.graph.integers([0])),
      end,
      this.scalar(this.graph.integers([1])),
    ]);
  }

  /** Of [1]. */
  scalar(value: string): string {
    return this.graph.node('Squeeze', [value]);
  }

  float32(value: string): string {
    return this.graph.node('Cast', [value], { to: { int: 1 } });
  }

  private sizeOf(axis: number): string {
    const shape = this.graph.once('shape', () => this.graph.node('Shape', [this.ids]));
    return this.graph.node('Slice', [shape, this.graph.integers([axis]), this.graph.integers([axis + 1])]);
  }
}
