/**
 * What tokenizer_config.json, special_tokens_map.json and added_tokens.json say about a tokenizer whose vocabulary
 * stands in another file. All three may be absent; where two speak, the first counts.
 */
import { entriesOf, parseJsonObject, type JsonObject } from '../format/json.ts';
import type { AddedToken } from './added-tokens.ts';
import { isId, sameTokenizer, Spec } from './spec.ts';

/** The text of each file, null where it is absent. */
type SettingTexts = Readonly<Record<'config' | 'specialTokens' | 'added', string | null>>;

const required = ['cls_token', 'sep_token', 'unk_token', 'pad_token', 'mask_token'] as const;
const optional = ['bos_token', 'eos_token'] as const;
const roles = [...required, ...optional];
/** The special tokens of a kind of model by what they are for. */
export type SpecialTokens = Record<(typeof required)[number], string> &
  Partial<Record<(typeof optional)[number], string>>;

export class Settings {
  private readonly config: Spec;
  private readonly special: JsonObject;
  private readonly addedIds: JsonObject;

  /** @throws WinnowError `bad-file` for a text that is no JSON object. */
  constructor({ config, specialTokens, added }: SettingTexts) {
    const read = (text: string | null, name: string): JsonObject =>
      text === null ? new Map<string, unknown>() : parseJsonObject(text, `\`${name}\``, sameTokenizer);
    this.config = new Spec(read(config, 'tokenizer_config.json'), '`tokenizer_config.json`');
    this.special = read(specialTokens, 'special_tokens_map.json');
    this.addedIds = read(added, 'added_tokens.json');
  }

  /** Everything that tokenizer_config.json says. */
  get whole(): Record<string, unknown> {
    return this.config.fields();
  }

  flag(key: string): boolean | null {
    return this.config.has(key) ? this.config.flag(key, false) : null;
  }

  text(key: string): string | null {
    return this.config.has(key) ? this.config.text(key) : null;
  }

  /** Undefined where the files do not say. */
  get side(): 'left' | 'right' | undefined {
    const side = this.text('padding_side');
    return side === 'left' || side === 'right' ? side : undefined;
  }

  /** `standard` with the tokens that the files name instead. */
  names(standard: SpecialTokens): SpecialTokens {
    const result = { ...standard };
    for (const role of roles) result[role] = this.name(role) ?? standard[role] ?? '';
    return result;
  }

  /**
   * Every token that is cut out of a text: the special ones, `more`, and those that the files list.
   * @param maskStrips the mask takes the white space before it along unless a file says otherwise
   */
  added(
    vocabulary: ReadonlyMap<string, number>,
    names: SpecialTokens,
    { more = [], maskStrips = false }: { more?: readonly string[]; maskStrips?: boolean },
  ): AddedToken[] {
    const tokens = new Map<string, AddedToken>();
    const usual = [...roles.flatMap((role) => names[role] ?? []), ...more];
    const add = (content: string, given: number | undefined, flags: Spec | null): void => {
      const id = vocabulary.get(content) ?? given;
      if (id === undefined || content === '') return;
      const special = flags?.flag('special', usual.includes(content)) ?? usual.includes(content);
      tokens.set(content, {
        ...tokenOf(content, id, flags, maskStrips && content === names.mask_token),
        special,
      });
    };
    for (const content of usual) add(content, undefined, null);
    for (const role of roles) {
      const flags = this.flagsOf(role);
      if (flags?.has('content')) add(flags.text('content'), undefined, flags);
    }
    for (const [content, id] of this.addedIds) if (isId(id)) add(content, id, null);
    for (const [id, flags] of this.config.object('added_tokens_decoder')?.specs() ?? []) {
      if (isId(Number(id))) add(flags.text('content'), Number(id), flags);
    }
    return [...tokens.values()];
  }

  /**
   * The tokens that are cut out of a text where a tokenizer.json has its `own`: with those that these files add, under the
   * next free ids. Where tokenizer_config.json lists all, a class that is known (`standard` its names) takes that list alone.
   */
  addedBeside(
    own: readonly AddedToken[],
    vocabulary: ReadonlyMap<string, number>,
    standard: SpecialTokens | null,
  ): AddedToken[] {
    const decoder = this.config.object('added_tokens_decoder');
    const tokens = new Map((decoder && standard ? [] : own).map((token) => [token.content, token]));
    const put = (content: string, flags: Spec | null, special: boolean): void => {
      if (content === '') return;
      const greatest = [...tokens.values()].reduce((most, { id }) => Math.max(most, id + 1), vocabulary.size);
      const id = tokens.get(content)?.id ?? vocabulary.get(content) ?? greatest;
      const isSpecial = flags?.flag('special', special) ?? special;
      const normalized = flags?.flag('normalized', !isSpecial) ?? !isSpecial;
      tokens.set(content, { ...tokenOf(content, id, flags, false), normalized, special: isSpecial });
    };
    const listed = (decoder?.specs() ?? []).filter(([id]) => isId(Number(id)));
    for (const [, flags] of listed.toSorted(([a], [b]) => Number(a) - Number(b)))
      put(flags.text('content'), flags, false);
    const names = roles.flatMap((role) => this.name(role) ?? []);
    if (!decoder) {
      const further = [...this.addedIds].filter((entry): entry is [string, number] => isId(entry[1]));
      for (const [content] of further.toSorted(([, a], [, b]) => a - b)) {
        if (!tokens.has(content)) put(content, null, names.includes(content));
      }
    }
    for (const content of names) if (!tokens.has(content)) put(content, null, true);
    const usual = roles.flatMap((role) => standard?.[role] ?? []);
    for (const content of usual) if (!tokens.has(content) && vocabulary.has(content)) put(content, null, true);
    for (const content of this.furtherSpecials()) if (!tokens.has(content)) put(content, null, true);
    return [...tokens.values()];
  }

  private furtherSpecials(): string[] {
    const lists = ['additional_special_tokens', 'extra_special_tokens'].map((key) => this.value(key));
    return lists.flat().flatMap((token): string[] => {
      if (typeof token === 'string') return [token];
      const fields = entriesOf(token);
      // One token, or several by the names they are called in code.
      const named = fields?.has('content') === true ? [fields.get('content')] : [...(fields?.values() ?? [])];
      return named.filter((content) => typeof content === 'string');
    });
  }

  /** The special tokens that the files name, as they describe them. */
  get described(): Map<string, unknown> {
    const named = roles.map((role) => [role, this.value(role)] as const);
    return new Map(named.filter(([, value]) => value !== undefined && value !== null));
  }

  private name(role: string): string | null {
    const flags = this.flagsOf(role);
    if (flags) return flags.text('content');
    const named = this.value(role);
    return typeof named === 'string' ? named : null;
  }

  /** The token of a role where a file describes it as an object. */
  private flagsOf(role: string): Spec | null {
    const entries = entriesOf(this.value(role));
    return entries ? new Spec(entries, this.config.file, role) : null;
  }

  private value(role: string): unknown {
    return this.config.raw(role) ?? this.special.get(role);
  }
}

function tokenOf(content: string, id: number, flags: Spec | null, stripLeft: boolean): Omit<AddedToken, 'special'> {
  return {
    content,
    id,
    singleWord: flags?.flag('single_word', false) ?? false,
    stripLeft: flags?.flag('lstrip', false) ?? stripLeft,
    stripRight: flags?.flag('rstrip', false) ?? false,
    normalized: flags?.flag('normalized', false) ?? false,
  };
}
