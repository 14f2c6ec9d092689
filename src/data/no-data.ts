/** What is said where no file is a data set: of those that look as if they were to be one, what was seen. */
import type { Notice } from '../base/errors.ts';
import { isModelName, proposedRole, type DataCandidate } from './sniff.ts';

const archive = /\.(zip|7z|rar|tar|tgz|tar\.(gz|bz2|xz|zst))$/i;

const classEnding = /\.(pos|neg|positive|negative|objective|subjective)$/i;

/** A file of a text a line for each class, as the reviews of Pang and Lee and SentEval's MR, CR, SUBJ and MPQA. */
function oneClassEach(files: readonly DataCandidate[]): Notice | null {
  const found = files.filter(({ name }) => classEnding.test(name)).slice(0, 2);
  if (found.length < 2) return null;
  const [{ path }, second] = found;
  const message = `\`${path}\` and \`${second.path}\` hold the texts of one class each, and nothing says which are to train.`;
  const lines = found.map(({ name }) => `sed 's/^/${classEnding.exec(name)?.[1]}\\t/' ${name}`);
  const next = `Write a label and a text a line, shuffled, into two files: (${lines.join('; ')}) | shuf > all.tsv; split -n r/10 all.tsv part-; cat part-a[a-i] > train.tsv; mv part-aj test.tsv`;
  return { code: 'missing-file', message, next, path };
}

/** `awaited` where no file looks so. */
export function nothingFound(files: readonly DataCandidate[]): Notice {
  const packed = files.find(({ name }) => archive.test(name));
  if (packed) {
    const message = `\`${packed.path}\` is an archive, and nothing beside it is a data set.`;
    return { code: 'missing-file', message, next: 'Unpack it and add the folder.', path: packed.path };
  }
  const byClass = oneClassEach(files);
  if (byClass !== null) return byClass;
  const parts = files.filter(({ path, name }) => proposedRole(path) !== null && !isModelName(name));
  const [first] = parts;
  if (first !== undefined) {
    const more = parts.length === 1 ? '' : `, nor does any of ${parts.length - 1} more`;
    const message = `\`${first.path}\` holds no table of texts with their labels${more}.`;
    const next =
      'Put each text and its label into one row (CSV, columns `text` and `label`), or name files of a text and of a label a line `train.word` and `train.label`.';
    return { code: 'missing-file', message, next, path: first.path };
  }
  const json = files.find(({ name }) =>
    /^(data|dataset|corpus|all|full|.*[-_](data|dataset|full|all))\.json$/i.test(name),
  );
  if (json) {
    const message = `\`${json.path}\` holds no list of rows.`;
    const next = 'Write each part to a file of its own (train.json, test.json): a list of objects with text and label.';
    return { code: 'missing-file', message, next, path: json.path };
  }
  const next = 'Add a folder with files of sentences and labels, named train, dev and test.';
  const message = 'No data set was found among these files.';
  return { code: 'missing-file', message, next, path: null, awaited: 'data' };
}
