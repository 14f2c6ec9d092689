/**
 * An experiment configuration of the published scripts on disk: the files it names, for the page under the very paths
 * that the configuration gives them, and the options it sets. Relative paths start where the command was called, as the
 * scripts' do, or beside the configuration.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseExperimentConfig } from '../src/published/experiment-config.ts';
import type { RunOptions } from '../src/session/contract.ts';
import { experimentOptions } from '../src/session/inputs/experiment.ts';
import type { InputFile } from './drive.ts';
import { namedText } from './named-text.ts';

/**
 * Files that are not there are left to the page to miss.
 * @throws WinnowError `missing-file` for a configuration that cannot be read; as `parseExperimentConfig`.
 */
export async function readExperiment(file: string): Promise<{ experiment: InputFile[]; options: Partial<RunOptions> }> {
  const text = await namedText(file, 'The configuration');
  const config = parseExperimentConfig(text, basename(file));
  const parts = [config.train, config.test, ...(config.dev ? [config.dev] : [])];
  const named = parts.flatMap(({ source, labels, activations }) => [source, labels, activations ?? []].flat());
  const experiment = [...new Set(named)].flatMap((path) => {
    const location = [resolve(path), resolve(dirname(file), path)].find((candidate) => existsSync(candidate));
    return location === undefined ? [] : [{ location, path: `experiment/${path.replace(/^[/.]+/, '')}` }];
  });
  experiment.push({ location: resolve(file), path: `experiment/${basename(file)}` });
  return { experiment, options: experimentOptions(config) };
}
