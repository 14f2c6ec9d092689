/** Writes the activations of test/fixtures in every format into a folder, for `check_activations.py` to look at. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { activationFormats, formatNames } from '../../src/activations/file/formats.ts';
import { writeActivations } from '../../src/activations/file/write.ts';
import { inMemory } from '../../src/activations/matrix.ts';
import { golden, lengths, sentences, shape } from '../../test/fixtures/activation-files.ts';

const folder = process.argv[2];
const activations = inMemory(await golden('words'), { rows: 13, ...shape }, 4);
for (const format of formatNames) {
  const blob = await writeActivations(format, { activations, lengths, words: sentences });
  writeFileSync(
    join(folder, `written${activationFormats[format].endings[0]}`),
    new Uint8Array(await blob.arrayBuffer()),
  );
}
