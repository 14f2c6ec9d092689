/** What sentence-transformers puts behind the encoder, in folders beside it: none of it is in a hidden state, which is said. */
import { readText } from '../base/bytes.ts';
import { WinnowError, type Notice } from '../base/errors.ts';
import { baseName, folderOf, type SourceFile } from '../base/source-file.ts';
import { parseJsonObject } from '../format/json.ts';
import { textLimitBytes } from './recognition-notes.ts';

const poolings = new Map([
  ['pooling_mode_mean_tokens', 'the mean of its tokens'],
  ['pooling_mode_max_tokens', 'the greatest value over its tokens'],
  ['pooling_mode_lasttoken', 'its last token'],
]);

/** @param side files of the model that are not used; @param folder the encoder's */
export async function laterModules(side: readonly SourceFile[], folder: string): Promise<Notice[]> {
  const notices: Notice[] = [];
  const around = [folder, folderOf(folder)];
  for (const { path, file } of side) {
    if (baseName(path) !== 'config.json' || !around.includes(folderOf(folderOf(path)))) continue;
    const module = baseName(folderOf(path));
    const kind = module.replace(/^\d+_/, '');
    if (/^(Dense|LSTM|CNN|WeightedLayerPooling)$/i.test(kind)) {
      const message = `\`${module}\` of sentence-transformers comes behind the encoder and is not computed: what is looked at are the encoder's hidden states.`;
      notices.push({ code: 'bad-model', message, next: 'Nothing, if the encoder is what you study.', path });
    }
    const own = kind === 'Pooling' ? await poolingOf(file) : null;
    if (own !== null) {
      const message = `This model's own vector of a sentence is ${own} (\`${module}\`); Winnow takes its classification token in every layer.`;
      notices.push({ code: 'bad-model', message, next: 'Nothing, if that token is what you study.', path });
    }
  }
  return notices;
}

async function poolingOf(file: File): Promise<string | null> {
  try {
    const fields = parseJsonObject(await readText(file, textLimitBytes), file.name, '');
    return [...poolings].find(([field]) => fields.get(field) === true)?.[1] ?? null;
  } catch (error) {
    if (error instanceof WinnowError) return null;
    throw error;
  }
}
