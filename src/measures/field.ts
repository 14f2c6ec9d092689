/** What a measure writes into the run file: one field, with its form and what else its numbers have to fit. */
import * as v from 'valibot';

/** Layers, the embeddings included, and neurons a layer. */
export interface Shape {
  layers: number;
  hidden: number;
}

export interface MeasureField<S extends v.GenericSchema> {
  /** Optional where a run may lack it. */
  readonly schema: S;
  /** Where the value, of the right form, names what its model does not have; null when it is whole. */
  readonly gap?: (value: NonNullable<v.InferOutput<S>>, shape: Shape) => string | null;
}

export function measureField<S extends v.GenericSchema>(schema: S, gap?: MeasureField<S>['gap']): MeasureField<S> {
  return gap ? { schema, gap } : { schema };
}

/** Layers in pairs: [layers, layers], null where the measure is not defined. */
export const pairsSchema = v.array(v.array(v.nullable(v.number())));

/** Where such a table does not fit the model. */
export function squareGap(table: readonly (readonly unknown[])[], where: string, { layers }: Shape): string | null {
  const square = table.length === layers && table.every((row) => row.length === layers);
  return square ? null : `${where} is not a table of ${layers} by ${layers} layers`;
}
