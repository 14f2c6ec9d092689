/**
 * What the files beside a tokenizer.json say, taken as transformers' AutoTokenizer takes it (goldens: transformers 5.24):
 * the class that tokenizer_config.json names, or the model type's own, makes case, accents, Chinese and leading spaces
 * anew, whatever tokenizer.json says of them; tokens that any of the files adds are added. A class that none is known of
 * leaves tokenizer.json as it is.
 */
import type { TokenizerModel, VocabularyConvention } from './conventions.ts';
import { wordPieceOf } from './from-vocabulary.ts';
import { makeNormalizer, type Step } from './library.ts';
import { lowercaseStep } from './normalizers.ts';
import type { PipelineParts } from './pipeline.ts';
import { byteLevel } from './pre-tokenizers.ts';
import type { Settings } from './settings.ts';
import { templateOf } from './template.ts';

/** The parts of a tokenizer.json with what stands beside it; `remark` says so where that changes anything of them. */
export function withSettings(
  parts: PipelineParts,
  settings: Settings,
  model: TokenizerModel,
): PipelineParts & { remark: string | null } {
  const convention = conventionOf(settings.text('tokenizer_class'), model);
  const names = convention ? settings.names(convention.tokens) : null;
  const added = settings.addedBeside(parts.added, parts.model.vocabulary, names);
  const own = { ...parts, ...rebuilt(parts, settings, convention), added };
  const changed = !isSame(parts, own);
  const remark = `${parts.file} and the settings beside it disagree about case, accents or spaces; the settings count, as in transformers.`;
  const overruled = changed || !isEqual(parts.added, added) || !isEqual(parts.template, own.template);
  return { ...own, remark: changed ? remark : null, overruled };
}

/** By the class of tokenizer that is named, else by the model's type. */
export function conventionOf(name: string | null, { type, conventions }: TokenizerModel): VocabularyConvention | null {
  if (name === null) return conventions.get(type ?? '')?.vocabulary ?? null;
  const stem = name.replace(/Tokenizer(Fast)?$/, '').toLowerCase();
  return [...conventions].find(([key]) => key.replaceAll('-', '') === stem)?.[1].vocabulary ?? null;
}

function rebuilt(
  { model, normalizer, rules, template }: PipelineParts,
  settings: Settings,
  convention: VocabularyConvention | null,
): Partial<PipelineParts> {
  if (convention?.kind === 'vocab.txt' && model.kind === 'WordPiece') {
    const names = settings.names(convention.tokens);
    const ids = new Map([
      ['cls', model.vocabulary.get(names.cls_token)],
      ['sep', model.vocabulary.get(names.sep_token)],
    ]);
    const whole = [...ids.values()].every((id) => id !== undefined);
    return {
      ...wordPieceOf(model.vocabulary, settings, names.unk_token, settings.flag('do_lower_case') ?? true),
      rules: undefined,
      template: whole ? templateOf(convention.template, (purpose) => ids.get(purpose) ?? 0) : template,
    };
  }
  if (convention?.kind === 'vocab.json' && model.kind === 'BPE') {
    return {
      normalizer: [],
      rules: undefined,
      preTokenizer: [byteLevel(settings.flag('add_prefix_space') ?? false, true)],
      spaceBeforeWords: true,
    };
  }
  const plain = convention?.plain;
  if (!plain) return {};
  const evened = (steps: readonly Step[]): Step[] => {
    const cased = withCase(steps, settings);
    return plain.accents ? withAccents(cased, settings) : cased;
  };
  return { normalizer: evened(normalizer), rules: rules && evened(rules) };
}

/** XLNet and ALBERT lower a text behind their other rules, before SentencePiece's table. */
function withCase(steps: readonly Step[], settings: Settings): Step[] {
  const lower = settings.flag('do_lower_case');
  const others = steps.filter((step) => step !== lowercaseStep);
  if (lower === null || lower === others.length < steps.length) return [...steps];
  const place = others.findLastIndex(({ config }) => config.type === 'StripAccents') + 1;
  return lower ? others.toSpliced(place, 0, lowercaseStep) : others;
}

function withAccents(steps: readonly Step[], settings: Settings): Step[] {
  const isOfAccents = ({ config }: Step): boolean => config.type === 'NFKD' || config.type === 'StripAccents';
  return settings.flag('keep_accents') === true ? steps.filter((step) => !isOfAccents(step)) : [...steps];
}

/** Of plain values. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const probe = 'Ä 中a ÉX';

/** By what they do to a text; steps that were left as they are do the same. */
function isSame(a: PipelineParts, b: PipelineParts): boolean {
  const prefix = ({ preTokenizer }: PipelineParts) =>
    JSON.stringify(preTokenizer.map(({ config }) => config.add_prefix_space ?? null));
  if (a.preTokenizer !== b.preTokenizer && prefix(a) !== prefix(b)) return false;
  if (a.normalizer === b.normalizer) return true;
  const [before, after] = [a, b].map(({ normalizer, file }) => makeNormalizer(normalizer, file)([probe])[0]);
  return before === after;
}
