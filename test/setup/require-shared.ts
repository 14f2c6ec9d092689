/** Before the reference tests: the models, data and goldens beside the project; without them these tests fail. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const shared = join(import.meta.dirname, '../../../shared');

export default function requireShared(): void {
  const absent = ['models', 'data', 'golden'].filter((folder) => !existsSync(join(shared, folder)));
  if (absent.length > 0) throw new Error(`../shared has no ${absent.join(', ')}: the reference tests cannot run.`);
}
