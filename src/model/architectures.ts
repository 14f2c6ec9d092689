/** The known architectures: one row each. */
import type { ArchitectureName } from './config.ts';
import type { Architecture } from './graph/architecture.ts';
import { bert } from './graph/bert.ts';

export const architectures: Readonly<Record<ArchitectureName, Architecture>> = { bert };
