/**
 * A tokenizer from a SentencePiece model, as transformers' converters make it: Unigram, with the normalisation, special
 * tokens and templates of each model type; an unknown type is refused.
 */
import type { SentencePieceModel } from '../format/sentencepiece.ts';
import { finder, refuse, robertaTokens } from './from-vocabulary.ts';
import { unigramModel } from './library-models.ts';
import type { Step } from './library.ts';
import { charsmapStep, lowercaseStep, replaceStep } from './normalizers.ts';
import type { Parts } from './pipeline.ts';
import { metaspace, whitespaceSplit } from './pre-tokenizers.ts';
import type { Settings, SpecialTokens } from './settings.ts';
import { badTokenizer, Spec } from './spec.ts';
import { templateOf } from './template.ts';

type Piece = readonly [string, number];

/** What a model type makes of a SentencePiece model. */
interface Kind {
  tokens: SpecialTokens;
  more: readonly string[];
  /** The mask takes the white space before it along. */
  maskStrips: boolean;
  pieces: (pieces: readonly Piece[]) => readonly Piece[];
  /** Id of unknown text; null takes the file's. */
  unknown: number | null;
  /** Steps before the file's own normalisation. */
  before: (settings: Settings) => Step[];
  single: (names: SpecialTokens) => string[];
  pair: (names: SpecialTokens) => string[];
}

const xlnetTokens: SpecialTokens = {
  cls_token: '<cls>',
  sep_token: '<sep>',
  unk_token: '<unk>',
  pad_token: '<pad>',
  mask_token: '<mask>',
  bos_token: '<s>',
  eos_token: '</s>',
};
const albertTokens: SpecialTokens = {
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  unk_token: '<unk>',
  pad_token: '<pad>',
  mask_token: '[MASK]',
};
const roberta = {
  tokens: robertaTokens,
  unknown: 3,
  before: () => [],
  single: ({ cls_token: cls, sep_token: sep }: SpecialTokens) => [cls, '$A', sep],
  pair: ({ cls_token: cls, sep_token: sep }: SpecialTokens) => [cls, '$A', sep, sep, '$B', sep],
};

const kinds = new Map<string, Kind>([
  [
    'xlnet',
    {
      tokens: xlnetTokens,
      more: ['<eop>', '<eod>'],
      maskStrips: true,
      pieces: withoutNumberCommas,
      unknown: null,
      before: (settings) => plainSteps(settings, false),
      single: ({ cls_token: cls, sep_token: sep }) => ['$A', sep, `${cls}:2`],
      pair: ({ cls_token: cls, sep_token: sep }) => ['$A', sep, '$B:1', `${sep}:1`, `${cls}:2`],
    },
  ],
  [
    'albert',
    {
      tokens: albertTokens,
      more: [],
      maskStrips: false,
      pieces: withoutNumberCommas,
      unknown: null,
      before: (settings) => plainSteps(settings, true),
      single: ({ cls_token: cls, sep_token: sep }) => [cls, '$A', sep],
      pair: ({ cls_token: cls, sep_token: sep }) => [cls, '$A', sep, '$B:1', `${sep}:1`],
    },
  ],
  [
    'camembert',
    {
      ...roberta,
      more: [],
      maskStrips: true,
      pieces: (pieces) => [
        ['<s>NOTUSED', 0],
        ['<pad>', 0],
        ['</s>NOTUSED', 0],
        ['<unk>', 0],
        ['<unk>NOTUSED', -100],
        ...pieces.slice(1),
        ['<mask>', 0],
      ],
    },
  ],
  [
    'xlm-roberta',
    {
      ...roberta,
      more: [],
      maskStrips: false,
      pieces: (pieces) => [['<s>', 0], ['<pad>', 0], ['</s>', 0], ['<unk>', 0], ...pieces.slice(3), ['<mask>', 0]],
    },
  ],
]);

/** @throws WinnowError `bad-tokenizer` for another kind of SentencePiece model or a model type that is not known. */
export function sentencePieceParts(
  model: SentencePieceModel,
  settings: Settings,
  modelType: string | null,
  file: string,
): Parts {
  const kind = kinds.get(modelType ?? '') ?? refuse(file, modelType ?? 'none', [...kinds.keys()]);
  if (model.kind !== 1) throw badTokenizer(`${file} is not a Unigram model, the only kind that Winnow reads.`);
  const pieces = kind.pieces(model.pieces.map(({ text, score }) => [text, score]));
  const unknown = kind.unknown ?? model.unknown;
  if (!(unknown >= 0 && unknown < pieces.length)) {
    throw badTokenizer(`${file} names the piece ${unknown} for unknown text, but it has ${pieces.length} pieces.`);
  }
  const made = unigramModel(pieces, unknown, new Spec(new Map(), file));
  const { vocabulary } = made;
  const names = settings.names(kind.tokens);
  const idOf = finder(vocabulary, file);
  const rules = kind.before(settings);
  const steps = model.charsmap ? [...rules, charsmapStep(model.charsmap, file)] : rules;
  return {
    file,
    added: settings.added(vocabulary, names, kind.more, kind.maskStrips ? [names.mask_token] : []),
    normalizer: steps,
    rules,
    preTokenizer: [whitespaceSplit, metaspace('▁', 'always', true)],
    model: made,
    template: templateOf(kind.single(names), kind.pair(names), idOf),
    spaceBeforeWords: false,
    padding: {
      side: settings.side ?? (modelType === 'xlnet' ? 'left' : 'right'),
      id: vocabulary.get(names.pad_token),
    },
  };
}

/** Quotes, accents and case, as the original XLNet and ALBERT code did them before SentencePiece. */
function plainSteps(settings: Settings, lowers: boolean): Step[] {
  const steps = [replaceStep('``', '"'), replaceStep("''", '"')];
  if (settings.flag('keep_accents') !== true)
    steps.push({ config: { type: 'NFKD' } }, { config: { type: 'StripAccents' } });
  if (settings.flag('do_lower_case') ?? lowers) steps.push(lowercaseStep);
  return steps;
}

/** A number's comma is a piece of its own: pieces that end in both are priced out of reach. */
function withoutNumberCommas(pieces: readonly Piece[]): Piece[] {
  return pieces.map(([text, score]) => [text, /\p{Nd},$/u.test(text) ? score - 100 : score]);
}
