/** Lists that a person types (cluster thresholds, pairs of deltas): read, checked and said back, each fault a sentence. */
import type { RunOptions } from '../../session/contract.ts';

export type ListField = 'thresholds' | 'deltas';

export interface ListRule<F extends ListField> {
  label: string;
  hint: string;
  /** The list, or what is wrong with the text. */
  read: (text: string) => { list: RunOptions[F] } | { problem: string };
  write: (list: RunOptions[F]) => string;
}

const most = 12;

/** Numbers and pairs as people write them: a minus of any kind, commas, semicolons or blanks between. */
function words(text: string): string[] {
  return text
    .replaceAll(/[−–]/g, '-')
    .split(/[,;\s]+/)
    .filter((word) => word !== '');
}

function numberOf(word: string): number | null {
  return /^-?(\d+\.?\d*|\.\d+)$/.test(word) ? Number(word) : null;
}

const tooMany = (count: number) => ({ problem: `${count} entries are too many: each is retrained; ${most} at most.` });

export const thresholdRule: ListRule<'thresholds'> = {
  label: 'Cluster thresholds c',
  hint: 'between 0 and 1; −1 is no clustering',
  read(text) {
    const list: number[] = [];
    for (const word of words(text)) {
      const value = numberOf(word);
      if (value === null) return { problem: `“${word}” is no number.` };
      if (value !== -1 && !(value > 0 && value < 1)) {
        return { problem: `${word} is no threshold: it must lie between 0 and 1, or be −1 for no clustering.` };
      }
      if (!list.includes(value)) list.push(value);
    }
    if (list.length === 0) return { problem: 'Give at least one threshold, for example 0.3, or −1 for no clustering.' };
    return list.length > most ? tooMany(list.length) : { list };
  },
  write: (list) => list.map((value) => String(value).replace('-', '−')).join(', '),
};

export const deltaRule: ListRule<'deltas'> = {
  label: 'Tolerated losses, layers:neurons',
  hint: 'pairs in per cent, such as 3:1',
  read(text) {
    const list: RunOptions['deltas'] = [];
    for (const word of words(text)) {
      const [first, second, ...more] = word.split(':').map(numberOf);
      if (first == null || second == null || more.length > 0) return { problem: `“${word}” is no pair such as 3:1.` };
      if (first < 0 || second < 0 || first > 100 || second > 100) {
        return { problem: `${word}: a score can lose from 0 to 100 per cent.` };
      }
      if (!list.some(({ layers, neurons }) => layers === first && neurons === second)) {
        list.push({ layers: first, neurons: second });
      }
    }
    if (list.length === 0) return { problem: 'Give at least one pair, for example 1:1.' };
    return list.length > most ? tooMany(list.length) : { list };
  },
  write: (list) => list.map(({ layers, neurons }) => `${layers}:${neurons}`).join(', '),
};
