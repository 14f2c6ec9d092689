/** The fields that measures add to the run file, a line each. */
import type * as v from 'valibot';
import { ablationField } from './ablation/field.ts';
import { ckaField } from './cka/field.ts';
import type { MeasureField, Shape } from './field.ts';
import { codeLengthField } from './code-length/field.ts';
import { geometryField } from './geometry/field.ts';
import { intrinsicDimensionField } from './intrinsic-dimension/field.ts';
import { mcnemarField } from './mcnemar/field.ts';
import { mutualNeighboursField } from './mutual-neighbours/field.ts';
import { neuronRowsField } from './neuron-rows/field.ts';
import { predictionsField } from './predictions/field.ts';
import { probelessField } from './probeless/field.ts';
import { procrustesField } from './procrustes/field.ts';
import { selectivityField } from './selectivity/field.ts';
import { shortenedField } from './shortened/field.ts';
import { topWordsField } from './top-words/field.ts';
import { usableInformationField } from './usable-information/field.ts';

const fields = {
  cka: ckaField,
  selectivity: selectivityField,
  ablation: ablationField,
  mcnemar: mcnemarField,
  topWords: topWordsField,
  procrustes: procrustesField,
  neuronRows: neuronRowsField,
  predictions: predictionsField,
  geometry: geometryField,
  mutualNeighbours: mutualNeighboursField,
  intrinsicDimension: intrinsicDimensionField,
  usableInformation: usableInformationField,
  codeLength: codeLengthField,
  probeless: probelessField,
  shortened: shortenedField,
};

type Fields = typeof fields;
export type FieldName = keyof Fields;
export type FieldValues = { [K in FieldName]: NonNullable<v.InferOutput<Fields[K]['schema']>> };

export const fieldNames = Object.keys(fields) as FieldName[];

/** For the schema of the run file. */
export const fieldSchemas = Object.fromEntries(fieldNames.map((name) => [name, fields[name].schema])) as {
  [K in FieldName]: Fields[K]['schema'];
};

/** The first fault that a form does not show; null when there is none. */
export function fieldGap(values: Partial<FieldValues>, shape: Shape): string | null {
  for (const name of fieldNames) {
    const gap = gapOf(name, values, shape);
    if (gap !== null) return gap;
  }
  return null;
}

function gapOf<K extends FieldName>(name: K, values: Partial<FieldValues>, shape: Shape): string | null {
  const gaps: { [N in FieldName]: Pick<MeasureField<Fields[N]['schema']>, 'gap'> } = fields;
  const value = values[name];
  return value === undefined ? null : (gaps[name].gap?.(value, shape) ?? null);
}
