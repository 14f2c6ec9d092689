/** What layers and neurons cost in time, measured on files alone: before a run, or for one that was made earlier. */
import { WinnowError } from '../../base/errors.ts';
import type { Progress } from '../../base/abort.ts';
import type { RunFile, Timing } from '../../run/run-file.ts';
import { checkMadeSizes } from '../../timing/sizes.ts';
import { checkExtent, usualExtent } from '../../timing/work.ts';
import type { RunEvent, RunRequest, TimeRequest } from '../contract.ts';
import { readAnalysis, type AnalysisInputs } from '../inputs/inputs.ts';
import { checkFiles, readOriginal } from '../inputs/original.ts';
import { checkOptions, optionsOfRun, trainingOf } from '../options.ts';
import { withInputs } from './pipeline.ts';
import { read, timing } from './stage-table.ts';
import { measureTiming } from './timing.ts';

/**
 * @throws WinnowError as a run; `bad-option` without a model; `bad-model` and `bad-data` for another model
 * or other data than those of the run that is asked for. */
export async function timeFiles(request: TimeRequest, report: (event: RunEvent) => void): Promise<Timing> {
  const { run = null, extent, answers = [], made = null } = request;
  const options = run ? optionsOfRun(run, request.options) : request.options;
  const whole = { ...usualExtent, ...extent };
  checkExtent(whole);
  if (made) checkMadeSizes(made);
  const asked = { ...request, options };
  const readFiles = (progress: Progress) => (run ? ofRun(asked, run, progress) : readAnalysis(asked, progress));
  return withInputs(asked, [read, timing], readFiles, report, async (inputs, context) => {
    checkOptions(options, inputs.task);
    if (inputs.vectors.from === 'files') {
      const message = 'Activations from elsewhere have no encoder whose time could be measured.';
      throw new WinnowError('bad-option', message, 'Drop the model instead of the activations.');
    }
    const { protocol, epochs } = options;
    const { train } = inputs.plan.places;
    const training = { ...trainingOf(options, train.to - train.from), protocol, epochs };
    return measureTiming(context, inputs, { ...whole, answers, made, training, train: null });
  });
}

/** Model and data of a run among the files. */
async function ofRun(request: RunRequest, run: RunFile, progress: Progress): Promise<AnalysisInputs> {
  const { inputs } = await readOriginal(request, run, progress);
  if (inputs === null) {
    const message = 'The times of a result are measured on its own rows, and there are no data.';
    throw new WinnowError('missing-file', message, 'Drop the data of the run beside its model.');
  }
  checkFiles(inputs, run);
  return inputs;
}
