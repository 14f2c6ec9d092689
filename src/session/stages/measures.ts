/** The measures of a run: each reads what the core chain has made so far, and its field is shown as soon as it is found. */
import type { Control } from '../../base/abort.ts';
import type { Device } from '../../compute/device.ts';
import type { FieldValues } from '../../measures/fields.ts';
import type { AfterProbes, AfterSelection, Occasion, TrainedProbes } from '../../measures/stage.ts';
import { measureStages, type AnyMeasureStage, type MeasureName } from '../../measures/stages.ts';
import { foundEvent } from '../contract.ts';
import type { Context } from './context.ts';
import { takenMeasures } from './stage-table.ts';

type Compute = (device: Device, control: Control) => Promise<FieldValues[MeasureName]>;

/** Fields by name. @throws WinnowError as the measures. */
export function measureProbes(context: Context, occasion: Occasion, input: AfterProbes): Promise<Partial<FieldValues>> {
  return measure(context, occasion, input, (stage) =>
    stage.after === 'probes' ? (device, control) => stage.compute(device, input, control) : null,
  );
}

/** The same for those that read the answers. */
export function measureSelection(
  context: Context,
  occasion: Occasion,
  input: AfterSelection,
): Promise<Partial<FieldValues>> {
  return measure(context, occasion, input, (stage) =>
    stage.after === 'selection' ? (device, control) => stage.compute(device, input, control) : null,
  );
}

async function measure(
  { stages, devices }: Context,
  occasion: Occasion,
  { parts }: TrainedProbes,
  computeOf: (stage: AnyMeasureStage) => Compute | null,
): Promise<Partial<FieldValues>> {
  const fields: Partial<FieldValues> = {};
  for (const name of takenMeasures(occasion)) {
    const stage = measureStages[name];
    const compute = computeOf(stage);
    if (compute === null) continue;
    const value = await stages.run(stage, { rows: parts.train.activations.rows }, (progress) =>
      devices.compute((device) => compute(device, { progress })),
    );
    Object.assign(fields, { [name]: value });
    stages.report(foundEvent(name, value));
  }
  return fields;
}
