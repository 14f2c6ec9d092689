/** The known architectures: one row each. */
import type { ArchitectureName } from './config.ts';
import { albert } from './graph/albert.ts';
import type { Architecture } from './graph/architecture.ts';
import { bert } from './graph/bert.ts';
import { distilbert } from './graph/distilbert.ts';
import { electra } from './graph/electra.ts';
import { mpnet } from './graph/mpnet.ts';
import { roberta } from './graph/roberta.ts';
import { xlnet } from './graph/xlnet.ts';

export const architectures: Readonly<Record<ArchitectureName, Architecture>> = {
  albert,
  bert,
  camembert: roberta,
  distilbert,
  electra,
  mpnet,
  roberta,
  'xlm-roberta': roberta,
  xlnet,
};
