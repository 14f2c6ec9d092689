/** A smaller model as its folder has it, to be published beside the run that it was made of. */
import { WinnowError } from '../base/errors.ts';
import { parseReduced, type ReducedRecord } from '../reduced/record.ts';
import type { RunFile } from '../run/run-file.ts';

export interface OwnSmaller {
  record: ReducedRecord;
  /** Those that the record names, by their paths in the folder. */
  files: ReadonlyMap<string, Blob>;
}

/**
 * @param fileAt reads a file of the folder
 * @throws WinnowError `bad-model` for one of another run's model, `bad-file` where a file is not whole; as the reading.
 */
export async function ownSmaller(fileAt: (path: string) => Promise<Blob>, run: RunFile): Promise<OwnSmaller> {
  const record = parseReduced(await (await fileAt('winnow.json')).text(), 'winnow.json');
  if (record.model.sha256 !== run.model.sha256) {
    const message = 'The smaller model was made of another model than the run.';
    throw new WinnowError('bad-model', message, 'Give the one that was made of this run.');
  }
  const files = new Map<string, Blob>();
  for (const { path, bytes } of record.files) {
    const file = await fileAt(path);
    if (file.size !== bytes) {
      const message = `\`${path}\` of the smaller model has ${file.size} bytes, and its record says ${bytes}.`;
      throw new WinnowError('bad-file', message, 'Copy its folder again, or make the smaller model again.');
    }
    files.set(path, file);
  }
  return { record, files };
}
