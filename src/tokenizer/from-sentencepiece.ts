/**
 * A tokenizer from a SentencePiece model, as transformers' converters make it: Unigram, with the normalisation, special
 * tokens and templates of the model type's convention.
 */
import type { SentencePieceModel } from '../format/sentencepiece.ts';
import type { Piece, VocabularyConvention } from './conventions.ts';
import { sharedParts } from './from-vocabulary.ts';
import { unigramModel } from './library-models.ts';
import type { Step } from './library.ts';
import { charsmapStep, lowercaseStep, plainStep, replaceStep } from './normalizers.ts';
import type { PipelineParts } from './pipeline.ts';
import { metaspace, whitespaceSplit } from './pre-tokenizers.ts';
import type { Settings } from './settings.ts';
import { badTokenizer, Spec } from './spec.ts';
import { modelOf } from './written-model.ts';

/** @throws WinnowError `bad-tokenizer` for another kind of SentencePiece model. */
export function sentencePieceParts(
  model: SentencePieceModel,
  settings: Settings,
  convention: VocabularyConvention,
  file: string,
): PipelineParts {
  const { pieces: arranged = (pieces) => pieces, plain } = convention;
  if (model.kind !== 1) throw badTokenizer(`${file} is not a Unigram model, the only kind that Winnow reads.`);
  const original = model.pieces.map(({ text, score }): Piece => [text, score]);
  const pieces = arranged(plain ? withoutNumberCommas(original) : original);
  const unknown = convention.unknown ?? model.unknown;
  if (!(unknown >= 0 && unknown < pieces.length)) {
    throw badTokenizer(`${file} names the piece ${unknown} for unknown text, but it has ${pieces.length} pieces.`);
  }
  const unigram = unigramModel(pieces, unknown, new Spec(new Map(), file));
  const modelText = () =>
    modelOf({ type: 'Unigram', unk_id: unknown, byte_fallback: false }, { vocab: JSON.stringify(pieces) });
  const rules = plain ? plainSteps(settings, plain.lowers) : [];
  return {
    ...sharedParts(unigram, settings, convention, file),
    normalizer: model.charsmap ? [...rules, charsmapStep(model.charsmap, file)] : rules,
    rules,
    preTokenizer: [whitespaceSplit, metaspace('▁', 'always', true)],
    modelText,
  };
}

/** Quotes, accents and case, as the original XLNet and ALBERT code did them before SentencePiece. */
function plainSteps(settings: Settings, lowers: boolean): Step[] {
  const steps = [replaceStep('``', '"'), replaceStep("''", '"')];
  if (settings.flag('keep_accents') !== true) steps.push(plainStep('NFKD'), plainStep('StripAccents'));
  if (settings.flag('do_lower_case') ?? lowers) steps.push(lowercaseStep);
  return steps;
}

/** A number's comma is a piece of its own: pieces that end in both are priced out of reach. */
function withoutNumberCommas(pieces: readonly Piece[]): Piece[] {
  return pieces.map(([text, score]) => [text, /\p{Nd},$/u.test(text) ? score - 100 : score]);
}
