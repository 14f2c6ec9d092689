/**
 * An experiment configuration of the published scripts among dropped files: which of the others it names, in which role,
 * and what of it becomes an option. Paths are looked for by their ends, since a browser does not know where a folder lies.
 */
import { readText } from '../../base/bytes.ts';
import { toPlainError, WinnowError, type Notice } from '../../base/errors.ts';
import type { Recognition } from '../../base/recognition.ts';
import {
  findByPath,
  isExperimentConfigLike,
  parseExperimentConfig,
  type ExperimentConfig,
  type ExperimentPart,
} from '../../published/experiment-config.ts';
import { roleNames } from '../../data/cards.ts';
import type { Corrections, DroppedFile, ExperimentCard, Role, RunOptions } from '../contract.ts';

export interface ExperimentRecognition extends Recognition<Role | 'configuration'> {
  /** null where no configuration was dropped, or it cannot be read. */
  card: ExperimentCard | null;
  corrections: Corrections;
  /** The data files it names, under paths by which words and labels are told to belong together; null: any. */
  files: DroppedFile[] | null;
  /** The activation files it names; null: any. */
  activations: DroppedFile[] | null;
  /** Neurons a layer that it speaks of; null: it does not. */
  hidden: number | null;
}

const limitBytes = 2 ** 20;

/** @param others files that are of no model; @param activations files of activations. */
export async function recogniseExperiment(
  others: readonly DroppedFile[],
  activations: readonly DroppedFile[],
): Promise<ExperimentRecognition> {
  const nothing: ExperimentRecognition = {
    ...{ card: null, corrections: {}, files: null, activations: null, hidden: null },
    ...{ used: new Map(), missing: [], notices: [], ignored: [] },
  };
  for (const { path, file } of others) {
    const text = await textOf(path, file);
    if (text === null) continue;
    try {
      const config = parseExperimentConfig(text, file.name);
      return { ...applied(config, others, activations, path), card: cardOf(config, path, file) };
    } catch (error) {
      if (!(error instanceof WinnowError)) throw error;
      return { ...nothing, used: new Map([[path, 'configuration']]), missing: [{ ...toPlainError(error), path }] };
    }
  }
  return nothing;
}

/** The options that a configuration sets: the protocol is the scripts' own. */
export function experimentOptions(config: ExperimentConfig): Partial<RunOptions> {
  const { metric, thresholds, deltas, epochs, batchSize, lambda1, lambda2 } = config;
  return { protocol: 'paper', seeds: 1, metric, thresholds, deltas, epochs, batchSize, lambda1, lambda2 };
}

/** Text that claims to be a configuration, whether or not it is a right one. */
async function textOf(path: string, file: File): Promise<string | null> {
  if (!/\.json$/i.test(path) || file.size > limitBytes) return null;
  try {
    const text = await readText(file, limitBytes);
    return isExperimentConfigLike(JSON.parse(text)) ? text : null;
  } catch {
    return null; // whoever the file is for says what is wrong with it
  }
}

function cardOf(config: ExperimentConfig, path: string, { lastModified }: File): ExperimentCard {
  const { metric, thresholds, deltas, epochs, batchSize, lambda1, lambda2, taskSpecificTag, wordLimit } = config;
  const applied: (readonly [string, string])[] = [
    ['protocol', 'paper, one seed'],
    ['metric', metric],
    ['clustering_thresholds', thresholds.join(', ')],
    ['performance_deltas', deltas.map(({ layers, neurons }) => `${layers}:${neurons}`).join(', ')],
    ['num_epochs', String(epochs)],
    ['batch_size', String(batchSize)],
    ['lambda_l1, lambda_l2', `${lambda1}, ${lambda2}`],
  ];
  if (taskSpecificTag !== null) applied.push(['task_specific_tag', taskSpecificTag]);
  if (wordLimit !== null) applied.push(['max_sent_l', String(wordLimit)]);
  return { path, modified: lastModified, options: experimentOptions(config), applied };
}

function applied(
  config: ExperimentConfig,
  others: readonly DroppedFile[],
  activations: readonly DroppedFile[],
  path: string,
): Omit<ExperimentRecognition, 'card'> {
  const used = new Map<string, Role | 'configuration'>([[path, 'configuration']]);
  const missing: Notice[] = [];
  const roles: NonNullable<Corrections['roles']> = {};
  const files: DroppedFile[] = [];
  const vectors: DroppedFile[] = [];
  for (const role of roleNames) if (config[role]) take(role, config[role]);
  const { taskSpecificTag, wordLimit, kind, regression } = config;
  const task = kind === 'labelling' ? 'labelling' : regression ? 'regression' : 'classification';
  const corrections: Corrections = { task, roles };
  if (taskSpecificTag !== null) corrections.unseenAs = taskSpecificTag;
  if (wordLimit !== null) corrections.wordLimit = wordLimit;
  const notices = withoutEffect(config, path);
  const { hidden } = config;
  const named = vectors.length > 0 ? vectors : null;
  return { corrections, files, activations: named, hidden, used, missing, notices, ignored: [] };

  function take(role: Role, part: ExperimentPart): void {
    const source = find(role, 'source', part.source);
    const labels = find(role, 'labels', part.labels);
    if (source && labels) {
      const [words, beside] = asPair(source, labels);
      files.push(words, beside);
      roles[words.path] = role;
    }
    const file = part.activations === null ? null : findByPath(activations, part.activations);
    if (file === null) return;
    used.set(file.path, role);
    vectors.push(file);
    roles[file.path] = role;
  }

  function find(role: Role, key: 'source' | 'labels', name: string): DroppedFile | null {
    const file = findByPath(others, name);
    if (file !== null) used.set(file.path, role);
    else {
      const message = `\`${role}_${key}\` in \`${path}\` names \`${name}\`, which is not among these files.`;
      missing.push({ code: 'missing-file', message, next: 'Add that file, or correct the path.', path });
    }
    return file;
  }
}

/** Words and labels belong together by name elsewhere, here because the configuration says so. */
function asPair(source: DroppedFile, labels: DroppedFile): [DroppedFile, DroppedFile] {
  const stem = /^(.*)\.words?$/i.exec(source.path)?.[1];
  if (stem !== undefined && labels.path === `${stem}.label`) return [source, labels];
  const path = stem === undefined ? `${source.path}.word` : source.path;
  return [
    { ...source, path },
    { ...labels, path: path.replace(/\.words?$/i, '.label') },
  ];
}

function withoutEffect({ withoutEffect: keys, outputDirectory }: ExperimentConfig, path: string): Notice[] {
  const all = [...keys];
  if (outputDirectory !== null) all.push({ key: 'output_directory', reason: 'you choose where results go' });
  return all.map(({ key, reason }) => ({
    code: 'bad-option',
    message: `\`${key}\` in \`${path}\` changes nothing: ${reason}.`,
    next: 'Nothing to do.',
    path,
  }));
}
