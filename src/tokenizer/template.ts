/** Where special tokens go around one text and around a pair: the post-processors of Hugging Face's Rust library. */
import { entriesOf } from '../format/json.ts';
import { isId, type Spec } from './spec.ts';

/** One place of an encoded row: a special token, or the whole first or second text. */
export interface Slot {
  content: { special: number } | 'first' | 'second';
  typeId: number;
}

export interface Template {
  single: readonly Slot[];
  pair: readonly Slot[];
}

/** The texts `$A` and `$B` and what special tokens are for, with a type where it is not 0: `cls $A sep $B:1 sep:1`. */
export interface TemplateText {
  single: string;
  pair: string;
}

export const bertTemplate: TemplateText = { single: 'cls $A sep', pair: 'cls $A sep $B:1 sep:1' };
export const robertaTemplate: TemplateText = { single: 'cls $A sep', pair: 'cls $A sep sep $B sep' };

/** @param idOf the special token that is for `cls` or `sep` */
export function templateOf({ single, pair }: TemplateText, idOf: (purpose: string) => number): Template {
  const read = (text: string): Slot[] =>
    text.split(' ').map((word) => {
      const [name, type = '0'] = word.split(/:(?=\d$)/);
      const content = name === '$A' ? 'first' : name === '$B' ? 'second' : { special: idOf(name) };
      return { content, typeId: Number(type) };
    });
  return { single: read(single), pair: read(pair) };
}

/** Both texts one behind the other. */
const bareTemplate = templateOf({ single: '$A', pair: '$A $B:1' }, () => 0);

const first = ['first', 'A'] as const;
/** The texts of each template: Rust's own builder refuses one that lacks a text; twice, a row would grow beyond its limit. */
const texts = { single: [first], pair: [first, ['second', 'B'] as const] };
const slotLimit = 64;
const typeLimit = 256;

/** @throws WinnowError `bad-tokenizer` for a kind that this version does not know. */
export function readTemplate(spec: Spec | null): Template {
  if (!spec) return bareTemplate;
  switch (spec.type) {
    // Moves offsets only, which nobody asks for here.
    case 'ByteLevel':
      return bareTemplate;
    case 'TemplateProcessing':
      return readTemplateProcessing(spec);
    case 'BertProcessing':
      return templateOf(bertTemplate, idsOf(spec));
    case 'RobertaProcessing':
      return templateOf(robertaTemplate, idsOf(spec));
    case 'Sequence': {
      const steps = spec.objects('processors', 8).filter(({ type }) => type !== 'ByteLevel');
      if (steps.length > 1 || steps[0]?.type === 'Sequence') spec.fail('has several steps that add special tokens');
      return readTemplate(steps[0] ?? null);
    }
    default:
      return spec.fail(`is of the type "${spec.type}", which this version of Winnow does not know`);
  }
}

/** The special tokens `cls` and `sep`, written `["[CLS]", 101]`. */
function idsOf(spec: Spec): (name: string) => number {
  return (name) => {
    const [, id] = spec.list(name, 2);
    if (isId(id)) return id;
    return spec.fail(`gives no number for ${name}`);
  };
}

function readTemplateProcessing(spec: Spec): Template {
  const specials = spec.entries('special_tokens');
  const read = (key: 'single' | 'pair'): Slot[] => {
    const slots = spec.objects(key, slotLimit).flatMap((slot) => readSlot(slot, specials));
    if (slots.length > slotLimit) spec.fail(`has ${slots.length} places in ${key}, more than ${slotLimit}`);
    for (const [text, letter] of texts[key]) {
      const times = slots.filter(({ content }) => content === text).length;
      if (times !== 1) spec.fail(`places the text ${letter} ${times} times in ${key}, where it belongs once`);
    }
    return slots;
  };
  return { single: read('single'), pair: read('pair') };
}

function readSlot(spec: Spec, specials: ReadonlyMap<string, unknown>): Slot[] {
  const sequence = spec.object('Sequence');
  if (sequence) {
    const id = sequence.text('id');
    if (id !== 'A' && id !== 'B') spec.fail(`names the text "${id}", where A or B belongs`);
    return [{ content: id === 'A' ? 'first' : 'second', typeId: sequence.whole('type_id', typeLimit) }];
  }
  const special = spec.object('SpecialToken') ?? spec.fail('holds neither a text nor a special token');
  const name = special.text('id');
  const ids = entriesOf(specials.get(name))?.get('ids');
  if (!Array.isArray(ids) || ids.length > slotLimit || !ids.every(isId)) {
    return spec.fail(`gives no number for the special token ${name}`);
  }
  const typeId = special.whole('type_id', typeLimit);
  return ids.map((id) => ({ content: { special: id }, typeId }));
}
