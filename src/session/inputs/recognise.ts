/**
 * What a set of files is to a run: each kind of input takes its files, and here the answers become one. Faults of files
 * come back as notices. Results are told apart before, on the page (`results.ts`).
 */
import { recogniseActivations, splitOff, type ActivationsRecognition } from '../../activations/file/recognise.ts';
import { fromPlainError, type Notice } from '../../base/errors.ts';
import {
  claimedPaths,
  joinRecognitions,
  ignoreAll,
  unclaimedFiles,
  type MissingNotice,
  type Recognition,
} from '../../base/recognition.ts';
import { joinClassFolders } from '../../data/class-folders.ts';
import { recogniseData, type DataRecognition } from '../../data/recognise.ts';
import { recogniseModel, type ModelRecognition } from '../../model/recognise.ts';
import { recogniseReduced, type ReducedRecognition } from '../../reduced/recognise.ts';
import type { Corrections, DroppedFile, Role } from '../contract.ts';
import { openHdf5Apart } from '../worker/hdf5.ts';
import { recogniseExperiment, type ExperimentRecognition } from './experiment.ts';

interface Recognitions {
  /** A smaller model that Winnow made. */
  reduced: ReducedRecognition;
  model: ModelRecognition;
  experiment: ExperimentRecognition;
  data: DataRecognition;
  /** null: a model is used, or there are no such files. */
  activations: ActivationsRecognition | null;
}
type Kind = keyof Recognitions;

interface Drop {
  /** Files that hold activations. */
  vectorFiles: readonly DroppedFile[];
  /** All others. */
  others: readonly DroppedFile[];
  /** The user's. */
  corrections: Corrections;
}

type Recogniser<K extends Kind> = (drop: Drop, before: Partial<Recognitions>) => Promise<Recognitions[K]>;

/** Kinds of input in the order in which they are asked: each knows what those before it took. */
const recognisers: { readonly [K in Kind]: Recogniser<K> } = {
  reduced: ({ others }) => recogniseReduced(others),
  model: (drop, before) => recogniseModel(unclaimed(drop, before), drop.corrections),
  experiment: (drop, before) => recogniseExperiment(unclaimed(drop, before), drop.vectorFiles),
  data: (drop, before) =>
    recogniseData(before.experiment?.files ?? unclaimed(drop, before), allCorrections(drop, before)),
  activations: recogniseVectorFiles,
};

/** All that was recognised, with everything that a run needs. */
export interface InputsRecognition extends Recognition {
  /** Where vectors come from. */
  vectors:
    | { from: 'model'; model: ModelRecognition }
    | {
        from: 'files';
        activations: ActivationsRecognition;
        /** What says which subwords are which word's; null: vectors are not of subwords. */
        alignedBy: ModelRecognition['usableTokenizer'];
      };
  reduced: ReducedRecognition;
  data: DataRecognition;
  experiment: ExperimentRecognition;
  /** The user's, and what an experiment configuration says where the user does not. */
  corrections: Corrections;
}

const notNamed = 'The experiment configuration does not name it.';

/** @throws WinnowError `not-loaded`: that is no file's fault. */
export async function recogniseInputs(given: DroppedFile[], corrections: Corrections): Promise<InputsRecognition> {
  const { files, ...texts } = await joinClassFolders(given);
  const { activations: vectorFiles, others } = await splitOff(files);
  const drop: Drop = { vectorFiles, others, corrections };
  const { reduced, model, experiment, data, activations } = await recogniseKinds(drop);
  const ofVectors = activations ? activationsAlone(drop, model, activations) : modelAlone(drop, model);
  const ofKinds = joinRecognitions([reduced, experiment, ofVectors, data]);
  const lacking = [...ofKinds.missing, ...ofKinds.notices].find(({ code }) => code === 'not-loaded');
  if (lacking) throw fromPlainError(lacking);
  const reason = experiment.card === null ? 'not part of a model or of a data set that Winnow reads' : notNamed;
  return {
    ...joinRecognitions([
      ofKinds,
      { used: new Map(), missing: [], ...texts },
      ignoreAll(unclaimedFiles(files, ofKinds), reason),
    ]),
    vectors: activations
      ? { from: 'files', activations, alignedBy: alignedBy(activations, model) }
      : { from: 'model', model },
    ...{ reduced, data, experiment },
    corrections: allCorrections(drop, { experiment }),
  };
}

async function recogniseKinds(drop: Drop): Promise<Recognitions> {
  const answers: Partial<Recognitions> = {};
  const ask = async <K extends Kind>(kind: K): Promise<void> => {
    answers[kind] = await recognisers[kind](drop, answers);
  };
  for (const kind of Object.keys(recognisers) as Kind[]) await ask(kind);
  return answers as Recognitions;
}

/** A whole model is used before activation files: it was named or dropped beside them on purpose. */
async function recogniseVectorFiles(drop: Drop, before: Partial<Recognitions>): Promise<ActivationsRecognition | null> {
  const { model, experiment, data = { train: null, dev: null, test: null } } = before;
  if (drop.vectorFiles.length === 0 || model?.source) return null;
  const files = experiment?.activations ?? drop.vectorFiles;
  const tokenizer = model?.usableTokenizer?.tokenizer ?? null;
  const recognition = await recogniseActivations(files, data, allCorrections(drop, before), openHdf5Apart, tokenizer);
  return { ...recognition, missing: [...recognition.missing, ...otherSize(recognition, experiment)] };
}

function modelAlone({ vectorFiles }: Drop, model: ModelRecognition): Recognition {
  const reason = 'It holds activations; the model is used. Take the model out to use them.';
  const aside = ignoreAll(vectorFiles, reason);
  return joinRecognitions([model, { ...aside, notices: model.source ? leftAside(vectorFiles) : [] }]);
}

function leftAside(vectorFiles: readonly DroppedFile[]): Notice[] {
  if (vectorFiles.length === 0) return [];
  const some = vectorFiles.slice(0, 6).map(({ path }) => `\`${path}\``);
  const more = vectorFiles.length > some.length ? ` and ${vectorFiles.length - some.length} more` : '';
  const message = `The model is used, these activations are left aside: ${some.join(', ')}${more}.`;
  const next =
    'To use them, take the weights of the model out (leave --model out); vectors of subwords need its tokenizer.json left beside them.';
  return [{ code: 'bad-option', message, next, path: null }];
}

function activationsAlone(drop: Drop, model: ModelRecognition, activations: ActivationsRecognition): Recognition {
  const aligning = new Map((alignedBy(activations, model)?.files ?? []).map(({ path }) => [path, null]));
  const ofModel = Array.from(claimedPaths(model), (path) => ({ path })).filter(({ path }) => !aligning.has(path));
  const ofTokenizer: Recognition = { used: aligning, missing: [], notices: [], ignored: [] };
  const reason = 'It is of a model, which is not needed: the activations are used.';
  const beside = ignoreAll(unclaimedFiles(drop.vectorFiles, activations), notNamed);
  return joinRecognitions([ignoreAll(ofModel, reason), ofTokenizer, activations, beside]);
}

/** The tokenizer whose subwords the vectors are of. */
function alignedBy({ card }: ActivationsRecognition, model: ModelRecognition): ModelRecognition['usableTokenizer'] {
  return card?.subwords ? model.usableTokenizer : null;
}

/** What neither a smaller model, the model nor a configuration took; one that cannot be read is taken too, with no files of its own. */
function unclaimed({ others }: Drop, { reduced, model, experiment }: Partial<Recognitions>): readonly DroppedFile[] {
  const taken = [reduced, model, experiment].filter((one) => one !== undefined);
  return taken.reduce((files, one) => unclaimedFiles(files, one), others);
}

function allCorrections({ corrections }: Drop, { experiment }: Partial<Recognitions>): Corrections {
  const roles = { ...experiment?.corrections.roles, ...corrections.roles };
  return { ...experiment?.corrections, ...corrections, roles };
}

/** A configuration may say how many neurons a layer has. */
function otherSize(
  { card }: ActivationsRecognition,
  experiment: ExperimentRecognition | undefined,
): MissingNotice<Role>[] {
  if (!experiment?.card || experiment.hidden === null || card === null || card.hidden === experiment.hidden) return [];
  const { path } = experiment.card;
  const message = `\`${path}\` says that a layer has ${experiment.hidden} neurons (\`num_neurons_per_layer\`), the activations have ${card.hidden}.`;
  const next = 'Correct the configuration, or use the activations that it was made for.';
  return [{ code: 'bad-option', message, next, path, role: null }];
}
