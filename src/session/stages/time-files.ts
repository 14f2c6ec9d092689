/** What layers and neurons cost in time, measured on files alone: before a run, or for one that was made earlier. */
import { WinnowError } from '../../base/errors.ts';
import type { Progress } from '../../base/abort.ts';
import type { Timing } from '../../run/run-file.ts';
import { checkMadeSizes } from '../../timing/sizes.ts';
import { checkExtent, usualExtent } from '../../timing/work.ts';
import type { RunEvent, TimeRequest } from '../contract.ts';
import { readAnalysis } from '../inputs/inputs.ts';
import { checkOptions, trainingOf } from '../options.ts';
import { withInputs } from './pipeline.ts';
import { read, timing } from './stage-table.ts';
import { measureTiming } from './timing.ts';

/** @throws WinnowError as a run; `bad-option` without a model, and for a model of another hash than asked for. */
export async function timeFiles(request: TimeRequest, report: (event: RunEvent) => void): Promise<Timing> {
  const { options, extent, answers = [], made = null, sha256 = null } = request;
  const whole = { ...usualExtent, ...extent };
  checkExtent(whole);
  if (made) checkMadeSizes(made);
  const readFiles = (progress: Progress) => readAnalysis(request, progress);
  return withInputs(request, [read, timing], readFiles, report, async (inputs, context) => {
    checkOptions(options, inputs.task);
    if (inputs.vectors.from === 'files') {
      const message = 'Activations from elsewhere have no encoder whose time could be measured.';
      throw new WinnowError('bad-option', message, 'Drop the model instead of the activations.');
    }
    if (sha256 !== null && sha256 !== inputs.modelFacts.sha256) {
      const message = `The weights of ${inputs.modelFacts.name} are not those that the result was made with.`;
      throw new WinnowError('bad-option', message, 'Drop the model of the result, or run the analysis with this one.');
    }
    const { protocol, epochs } = options;
    const { train } = inputs.plan.places;
    const training = { ...trainingOf(options, train.to - train.from), protocol, epochs };
    return measureTiming(context, inputs, { ...whole, answers, made, training, train: null });
  });
}
