/**
 * Which column of a token file holds the words and which tasks its other columns are for, told from what stands in them:
 * the tag sets of Universal Dependencies, the Penn Treebank, CoNLL-2000 and the Parallel Meaning Bank, whatever the
 * release or the order of the columns.
 */
import { columnNames } from '../format/table.ts';
import type { TokenFormat } from '../format/token-lines.ts';
import type { Fit } from './layout.ts';
import type { LabellingName, TaskName } from './tasks.ts';

interface TokenColumn {
  name: string;
  /** Where it stands in a line, from 0. */
  place: number;
  /** The task whose labels it holds; null for words and for labels of no known set. */
  task: LabellingName | null;
  /** Whether they are named entities in one of the IOB schemes. */
  entities: boolean;
  /** Whether they are numbered classes, of lists. */
  numbers?: boolean;
}

export interface TokenLayout {
  format: TokenFormat;
  /** Those that can be chosen. */
  columns: TokenColumn[];
  /** Name of the column of words. */
  words: string;
}

const upos = 'ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X';
const penn =
  "CC CD DT EX FW IN JJ JJR JJS LS MD NN NNS NNP NNPS PDT POS PRP PRP$ RB RBR RBS RP SYM TO UH VB VBD VBG VBN VBP VBZ WDT WP WP$ WRB # $ . , : ( ) `` '' -LRB- -RRB- HYPH NFP ADD AFX GW";
/** Abzianidze & Bos 2017, and what later releases of the Parallel Meaning Bank added. */
const semantic =
  'PRO DEF HAS REF EMP GRE ITJ HES QUE QUC QUV QUA COM EQU MOR LES APX TOP BOT ORD DEG DST CON ROL GRP APP ALT DIS AND ' +
  'BUT COO SUB NTH IMP NIL IST SST PRI INT REL SCO ART PER GPE GPO GEO ORG HAP UOM CTC LIT XCL DOM YOC DOW MOY DEC CLO ' +
  'COL EFS ENS EPS EXS EXG ENG EPG EFG EXT ENT EPT EFT EXV ETG ETV NOW PST FUT PRG PFT PRX MED NOT NEC POS DXP DXT DXD';
/** Of CoNLL-2000, and of the German CoNLL-2003. */
const phrases = 'ADJP ADVP CONJP INTJ LST NP PP PRT SBAR UCP VP NC PC VC ADVC ADJC'.split(' ');
const chunks = ['O', ...phrases.flatMap((phrase) => ['B', 'I', 'E', 'S'].map((mark) => `${mark}-${phrase}`))];

const sets: readonly { task: LabellingName; known: (value: string) => boolean; share: number }[] = [
  { task: 'sem', known: memberOf(semantic), share: 0.9 },
  { task: 'pos', known: memberOf(upos), share: 0.95 },
  { task: 'pos', known: memberOf(penn), share: 0.95 },
  { task: 'chunking', known: memberOf(chunks.join(' ')), share: 0.98 },
];
const category = /^[\w.,:;()[\]\\/+*$'"!?-]+$/;
/** Functions from one category to another: a column of categories has many, a column of words has none. */
const slashes = /[a-z\])>][\\/]/i;

function memberOf(names: string): (value: string) => boolean {
  const set = new Set(names.split(' '));
  return (value) => set.has(value);
}

/** The task whose labels these values are, or null. */
export function labelledFor(values: readonly string[]): LabellingName | null {
  const isOne = values.length > 1 && values.every((value) => value === values[0]);
  if (isOne && values[0] === 'O') return null;
  const share = (known: (value: string) => boolean) => values.filter(known).length / values.length;
  const set = sets.find(({ known, share: least }) => share(known) >= least);
  if (set) return set.task;
  // The name of a document has slashes, too.
  if (isOne) return null;
  const categories = share((value) => category.test(value)) === 1 && share((value) => slashes.test(value)) >= 0.2;
  return categories ? 'ccg' : null;
}

/** `O`, `B-PER`, `I-LOC`, …: marks and types, most of which are no phrases. */
export function areEntities(values: readonly string[]): boolean {
  const types = values.flatMap((value) => /^(?:O|[BIESUL]-(\S+))$/.exec(value)?.[1] ?? []);
  const isScheme = values.every((value) => /^(O|[BIESUL]-\S+)$/.test(value)) && types.length > 0;
  return isScheme && types.filter((type) => !phrases.includes(type)).length * 2 > types.length;
}

/**
 * Columns of labels of which more than one could be meant: of entities, of entities and something else, or of numbers whose
 * names no file gives.
 */
export function openColumns({ columns, words }: Pick<TokenLayout, 'columns' | 'words'>): TokenColumn[] {
  const known = columns.filter(({ task, entities }) => task !== null || entities);
  if (known.length > 1 && known.some(({ entities }) => entities)) return known;
  const numbered = columns.filter(({ name, numbers }) => numbers === true && name !== words);
  return numbered.length > 0 && known.length + numbered.length > 1 ? [...known, ...numbered] : [];
}

/** @param tokens the first of the file: cells of all columns. */
export function tokenLayout(format: TokenFormat, tokens: readonly string[][]): TokenLayout {
  if (format.form === 'conllu') return conllu(format);
  const valuesOf = (place: number) => tokens.map((cells) => cells[place]);
  const tasks = Array.from({ length: format.width }, (_, place) => labelledFor(valuesOf(place)));
  const isConll2000 =
    format.separator === 'space' && format.width === 3 && tasks[1] === 'pos' && tasks[2] === 'chunking';
  const entities = tasks.map((_, place) => areEntities(valuesOf(place)));
  const isConll2003 = format.width === 4 && tasks[1] === 'pos' && tasks[2] === 'chunking' && entities[3];
  const usual = isConll2003 ? ['word', 'POS', 'chunk', 'NER'] : isConll2000 ? ['word', 'POS', 'chunk'] : null;
  const names = usual ?? columnNames(format.names, format.width);
  const columns = names.map((name, place) => {
    return { name, place, task: entities[place] ? null : tasks[place], entities: entities[place] };
  });
  const isNumber = (place: number) => valuesOf(place).every((value) => /^\d+$/.test(value));
  const isWords = ({ place, task }: TokenColumn) => task === null && !entities[place] && !isNumber(place);
  const isConstant = ({ place }: TokenColumn) => new Set(valuesOf(place)).size === 1;
  const words = columns.find((column) => isWords(column) && !isConstant(column)) ?? columns.find(isWords) ?? columns[0];
  return { format, columns, words: words.name };
}

/** Of CoNLL-U's ten columns, those that label a word; features and dependencies do not. */
function conllu(format: TokenFormat): TokenLayout {
  const columns: TokenColumn[] = [
    { name: 'FORM', place: 1, task: null, entities: false },
    { name: 'UPOS', place: 3, task: 'pos', entities: false },
    { name: 'XPOS', place: 4, task: 'pos', entities: false },
    { name: 'DEPREL', place: 7, task: null, entities: false },
  ];
  return { format, columns, words: 'FORM' };
}

/** The column of labels that a task uses unless another is chosen: the first of its own (of entities where any will do), or else the last there is. */
export function defaultLabels({ columns, words }: Pick<TokenLayout, 'columns' | 'words'>, task: LabellingName): string {
  const others = columns.filter(({ name }) => name !== words);
  const areOfEntities = ({ entities: known, name, numbers }: TokenColumn) =>
    known || (numbers === true && /ner/i.test(name));
  const entities = task === 'labelling' ? others.find(areOfEntities) : undefined;
  const own = others.find((column) => column.task === task);
  const column = entities ?? own ?? others.find((column) => column.task !== null);
  return (column ?? others.at(-1) ?? columns[0]).name;
}

/** The tasks that columns of labels are for, and labelling of any kind. */
export function labellingFits({ columns }: Pick<TokenLayout, 'columns'>): Fit[] {
  const known = [...new Set(columns.flatMap(({ task }) => task ?? []))];
  // A CoNLL-2000 file has two columns with tasks; the chunks are what it was made for.
  const rank: readonly TaskName[] = ['chunking', 'sem', 'pos', 'ccg'];
  const ordered = known.sort((a, b) => rank.indexOf(a) - rank.indexOf(b));
  const fits = ordered.map((task, index) => ({ task, share: 0.6 - 0.1 * index }));
  if (columns.some(({ entities }) => entities)) return [{ task: 'labelling', share: 0.7 }, ...fits];
  return [...fits, { task: 'labelling', share: known.length === 0 ? 0.5 : 0.3 }];
}
