/** Sentences made from numbers. Pure text; a part that matters most is marked, never formatted. */
import type { Analysis } from './analysis.ts';
import { counted } from './format.ts';
import type { Split } from '../data/scores.ts';

/** A stretch of a sentence. */
export interface Phrase {
  text: string;
  strong: boolean;
}

export function plain(text: string): Phrase {
  return { text, strong: false };
}

export function strong(text: string): Phrase {
  return { text, strong: true };
}

/**
 * How the choice was made and what the figures are of: the small print under the answer.
 * @param of the results shown, all of them.
 */
export function answerBasis(
  what: 'layers' | 'neurons',
  of: readonly Pick<Analysis, 'instances' | 'unit' | 'officialDev'>[],
  split: Split,
): string {
  const official = split === 'test' && of.every(({ officialDev }) => officialDev);
  const part = `the ${split} part${official ? ' (the official dev file)' : ''}`;
  const counts = new Set(of.map(({ instances, unit }) => (instances ? counted(instances[split], unit) : '')));
  const [same] = counts;
  const count = counts.size === 1 && same ? `, ${same}` : '';
  const choice =
    what === 'layers'
      ? 'Chosen on the dev part as the smallest stack that loses less than 1 %'
      : 'Chosen on the dev part';
  return `${choice}; the figures are of ${part}${count}.`;
}
