/** The architectures whose graphs Winnow writes, in the order in which they were published: one row each. */
import type { Architecture } from '../architecture.ts';
import { albert } from './albert.ts';
import { bert } from './bert.ts';
import { camembert } from './camembert.ts';
import { distilbert } from './distilbert.ts';
import { electra } from './electra.ts';
import { mpnet } from './mpnet.ts';
import { roberta } from './roberta.ts';
import { xlmRoberta } from './xlm-roberta.ts';
import { xlnet } from './xlnet/xlnet.ts';

export const architectures: readonly Architecture[] = [
  bert,
  xlnet,
  roberta,
  albert,
  distilbert,
  camembert,
  xlmRoberta,
  electra,
  mpnet,
];
