/** The measures of a run: each reads what the core chain has made so far, and its field is shown as soon as it is found. */
import type { Control } from '../../base/abort.ts';
import type { Device } from '../../compute/device.ts';
import type { FieldValues } from '../../measures/fields.ts';
import type { AfterProbes, AfterSelection, TrainedProbes } from '../../measures/stage.ts';
import { measureNames, measureStages, type AnyMeasureStage, type MeasureName } from '../../measures/stages.ts';
import { foundEvent } from '../contract.ts';
import { leftOutOf } from '../estimate/workload.ts';
import type { Context } from './context.ts';
import { isTaken } from './stage-table.ts';

type Compute = (device: Device, control: Control) => Promise<FieldValues[MeasureName]>;

/** Fields by name. @throws WinnowError as the measures. */
export function measureProbes(context: Context, input: AfterProbes): Promise<Partial<FieldValues>> {
  return measure(context, input, (stage) =>
    stage.after === 'probes' ? (device, control) => stage.compute(device, input, control) : null,
  );
}

/** The same for those that read the answers. */
export function measureSelection(context: Context, input: AfterSelection): Promise<Partial<FieldValues>> {
  return measure(context, input, (stage) =>
    stage.after === 'selection' ? (device, control) => stage.compute(device, input, control) : null,
  );
}

async function measure(
  { stages, devices, runOptions }: Context,
  { parts, options }: TrainedProbes,
  computeOf: (stage: AnyMeasureStage) => Compute | null,
): Promise<Partial<FieldValues>> {
  const { protocol, classes } = options;
  const { texts } = runOptions;
  const occasion = { protocol, classes, words: parts.vocabulary !== undefined, texts, leftOut: leftOutOf(runOptions) };
  const fields: Partial<FieldValues> = {};
  for (const name of measureNames) {
    const stage = measureStages[name];
    const compute = computeOf(stage);
    if (compute === null || !isTaken(name, occasion)) continue;
    const value = await stages.run(stage, { rows: parts.train.activations.rows }, (progress) =>
      devices.compute((device) => compute(device, { progress })),
    );
    Object.assign(fields, { [name]: value });
    stages.report(foundEvent(name, value));
  }
  return fields;
}
