/** Many damaged HDF5 files, each in a worker of its own: more of what test/browser/activation-files.test.ts tries. */
import { test } from 'vitest';
import { surviveDamage } from '../../browser/hdf5-fixtures.ts';

test('any damage: numbers or a WinnowError, and no waiting', () => surviveDamage(100));
