/**
 * Labels that are neither one value a text nor one a word, as annotation tools export them (Doccano, Prodigy, Label Studio):
 * several a text, marked spans of characters, objects. What to say of each, with the line of Python that writes what is read.
 */
import { nameOf } from '../base/bytes.ts';
import { WinnowError } from '../base/errors.ts';
import type { TextTable } from '../format/table.ts';
import { shown } from './rows.ts';
import { labelColumns, type TableLayout } from './table-layout.ts';

/** Where such tools put labels, beside the usual names. */
const toolNames = /^(spans?|entities|annotations?|completions?|cats|accept|tags)$/i;

/**
 * @param table whose columns of lists are no words with their labels
 * @returns null where labels are single values, or nothing looks like labels.
 */
export function nestedLabels(file: File, table: TextTable, layout: TableLayout | null): WinnowError | null {
  const { nested = new Map<string, unknown>(), lists } = table;
  const isPlain = layout?.label != null && labelColumns.test(layout.label) && !nested.has(layout.label);
  if (isPlain) return null;
  for (const [column, value] of nested) {
    const form = spanForm(value);
    if (form !== null) return spans(file, table, { column, value, form, text: layout?.text ?? 'text' });
  }
  for (const [place, column] of lists?.columns.entries() ?? []) {
    const values = lists?.sample.map((cells) => cells[place] ?? []).find(({ length }) => length > 1);
    if (values && isLabels(column)) return tooManyLabels(file, table, { column, values, text: layout?.text });
  }
  const object = [...nested].find(([column]) => isLabels(column));
  return object ? objects(file, table, ...object) : null;
}

function isLabels(column: string): boolean {
  return labelColumns.test(column) || toolNames.test(column);
}

interface Several {
  column: string;
  values: readonly string[];
  /** "Row 4 of `train.jsonl`"; without it, of the whole file. */
  where?: string;
  /** Column of the texts. */
  text?: string;
}

export function tooManyLabels(
  file: File,
  table: TextTable,
  { column, values, where, text = 'text' }: Several,
): WinnowError {
  const message = `${where ?? nameOf(file)} has several labels a text in the column ${shown(column)} (${values.slice(0, 3).map(shown).join(', ')}); a probe is trained on one.`;
  const [texts, labels] = [text, column].map((name) => JSON.stringify(name));
  const lines = `import pandas; d = ${pandasRead(file, table)}; d[[${texts}]].join(d[${labels}].map(lambda l: "|".join(map(str, l))).str.get_dummies()).to_csv(${quoted(file, 'csv')}, index=False)`;
  const next = `Give each label a column of 0 and 1, in Python: \`${lines}\`; then choose one, or all in turn.`;
  return new WinnowError('bad-data', message, next);
}

/** How a span is taken apart: begin, end and label. */
function spanForm(value: unknown): string | null {
  const [first] = Array.isArray(value) ? (value as unknown[]) : [];
  if (Array.isArray(first)) {
    const [begin, end, label] = first as unknown[];
    return first.length === 3 && [begin, end].every(Number.isInteger) && typeof label === 'string' ? 's' : null;
  }
  if (typeof first !== 'object' || first === null) return null;
  const names = [
    ['start', 'end'],
    ['start_offset', 'end_offset'],
  ].find((pair) => pair.every((name) => Number.isInteger((first as Record<string, unknown>)[name])));
  if (!names || !('label' in first)) return null;
  return `(${[...names, 'label'].map((name) => `s["${name}"]`).join(', ')})`;
}

function spans(
  file: File,
  { place }: TextTable,
  { column, value, form, text }: { column: string; value: unknown; form: string; text: string },
): WinnowError {
  const message = `${nameOf(file)} marks spans of characters in the column ${shown(column)} (${begun(value)}); labels are read one a text or one a word.`;
  const rows =
    place === 'Line'
      ? `map(json.loads, open(${JSON.stringify(file.name)}))`
      : `json.load(open(${JSON.stringify(file.name)}))`;
  const tag = `next((("B-" if m.start() == b else "I-") + t for b, e, t in [${form} for s in r[${JSON.stringify(column)}]] if b <= m.start() < e), "O")`;
  const row = `json.dumps({"tokens": [m[0] for m in w], "tags": [${tag} for m in w]})`;
  const words = `list(re.finditer(r"\\w+|[^\\w\\s]", r[${JSON.stringify(text)}]))`;
  const lines = `import json, re; open(${quoted(file, 'words.jsonl')}, "w").write("\\n".join(${row} for r in ${rows} for w in [${words}]))`;
  return new WinnowError(
    'bad-data',
    message,
    `Write the words and a label of each as lists, in Python: \`${lines}\`; use that file instead.`,
  );
}

function objects(file: File, table: TextTable, column: string, value: unknown): WinnowError {
  const message = `${nameOf(file)} holds ${Array.isArray(value) ? 'lists of objects' : 'objects'} in the column ${shown(column)} (${begun(value)}), where a text or a number is read.`;
  const rows =
    table.place === 'Line'
      ? `[json.loads(l) for l in open(${JSON.stringify(file.name)})]`
      : `json.load(open(${JSON.stringify(file.name)}))`;
  const flat = `Give each of its values a column, in Python: \`import json, pandas; pandas.json_normalize(${rows}).to_csv(${quoted(file, 'csv')}, index=False)\`; use that file instead.`;
  const next = Array.isArray(value) ? 'Write one label a text, as a text or a number, into a column `label`.' : flat;
  return new WinnowError('bad-data', message, next);
}

function begun(value: unknown): string {
  return shown(JSON.stringify(value));
}

function pandasRead({ name }: File, { place }: TextTable): string {
  if (/\.parquet$/i.test(name)) return `pandas.read_parquet(${JSON.stringify(name)})`;
  return `pandas.read_json(${JSON.stringify(name)}${place === 'Line' ? ', lines=True' : ''})`;
}

/** A file beside this one. */
function quoted({ name }: File, ending: string): string {
  return JSON.stringify(name.replace(/(\.jsonl?|\.ndjson|\.parquet|\.gz)*$/i, `.${ending}`));
}
