/**
 * LaTeX for pdfTeX, in ASCII as far as its letters go: text with what LaTeX would take for commands escaped, and tables by
 * booktabs that fit the text of an article; one that fits no page is a longtable.
 */
import { layTable, type LaidColumn } from './latex-layout.ts';
import type { Table } from './table.ts';

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '\n': ' ',
  '\r': ' ',
  '\t': ' ',
  '\u00a0': '~',
  '\u202f': '\\,',
  '\u2009': '\\,',
  '\u2060': '',
  '–': '--',
  '—': '---',
  '…': '\\dots{}',
  '’': "'",
  '‘': '`',
  '“': '``',
  '”': "''",
  '·': '\\textperiodcentered{}',
  '−': '$-$',
  '±': '$\\pm$',
  '×': '$\\times$',
  '≤': '$\\leq$',
  '≥': '$\\geq$',
  '≈': '$\\approx$',
  '→': '$\\rightarrow$',
  λ: '$\\lambda$',
  ρ: '$\\rho$',
  δ: '$\\delta$',
};

/** Nothing that can be seen, and LaTeX stops at it: control characters, and those that turn text around. */
const unseen = /^[\p{Cc}\p{Bidi_Control}]$/u;

/** Letters beyond ASCII stay as they are, accented ones are known to pdfTeX since 2018. */
export function latexText(text: string): string {
  return Array.from(text, (character) => escapes[character] ?? (unseen.test(character) ? '' : character)).join('');
}

/** More lines go over several pages. */
const mostLines = 35;

/** @param caption and the rest as plain text. */
export function latexTable(table: Table, caption: string, label: string): string {
  const { size, parts } = layTable(table);
  const bodies = parts.map(bodyOf);
  const lines = bodies.reduce((sum, { height }) => sum + height, 0);
  const setting = size.command === '' ? [] : [size.command, `\\setlength{\\tabcolsep}{${size.gap}pt}`];
  const title = `\\caption{${latexText(caption)}}\\label{tab:${label.replace(/[^a-zA-Z0-9.:-]/g, '-')}}`;
  const written = lines > mostLines ? longTable(bodies, title, setting) : floatingTable(bodies, title, setting);
  const packages = `% In the preamble: \\usepackage{booktabs}${lines > mostLines ? '\\usepackage{longtable}' : ''}`;
  return `${[packages, ...written].join('\n')}\n`;
}

interface Body {
  format: string;
  head: string;
  rows: string[];
  /** In lines. */
  height: number;
}

function floatingTable(bodies: readonly Body[], title: string, setting: readonly string[]): string[] {
  const tabulars = bodies.map(({ format, head, rows }) =>
    [`\\begin{tabular}{${format}}`, '\\toprule', head, '\\midrule', ...rows, '\\bottomrule', '\\end{tabular}'].join(
      '\n',
    ),
  );
  return ['\\begin{table}', '\\centering', title, ...setting, tabulars.join('\n\n\\medskip\n'), '\\end{table}'];
}

/** One number for all parts: each longtable counts itself. */
function longTable(bodies: readonly Body[], title: string, setting: readonly string[]): string[] {
  const tables = bodies.flatMap(({ format, head, rows }, part) => [
    ...(part > 0 ? ['\\addtocounter{table}{-1}'] : []),
    `\\begin{longtable}{${format}}`,
    ...(part === 0 ? [`${title}\\\\`] : []),
    ...['\\toprule', head, '\\midrule', '\\endfirsthead', '\\toprule', head, '\\midrule', '\\endhead'],
    ...['\\bottomrule', '\\endfoot', ...rows, '\\end{longtable}'],
  ]);
  return ['\\begingroup', ...setting, ...tables, '\\endgroup'];
}

function bodyOf(columns: readonly LaidColumn[]): Body {
  const rowCount = columns[0]?.cells.length ?? 0;
  const rows = Array.from({ length: rowCount }, (_, row) => columns.map(({ cells }) => cells[row]));
  const tall = (lines: readonly string[][]): number => Math.max(...lines.map(({ length }) => length));
  return {
    format: columns.map(({ numeric }) => (numeric ? 'r' : 'l')).join(''),
    head: line(
      columns,
      columns.map(({ head }) => head),
      'b',
    ),
    rows: rows.map((cells) => line(columns, cells, 't')),
    height: tall(columns.map(({ head }) => head)) + rows.reduce((sum, cells) => sum + tall(cells), 0),
  };
}

/** @param place of the lines of a cell beside cells of fewer lines. */
function line(columns: readonly LaidColumn[], cells: readonly string[][], place: 'b' | 't'): string {
  const written = cells.map((lines, index) => {
    if (lines.length === 1) return latexText(lines[0]);
    const format = columns[index].numeric ? 'r' : 'l';
    return `\\begin{tabular}[${place}]{@{}${format}@{}}${lines.map(latexText).join('\\\\')}\\end{tabular}`;
  });
  return `${written.join(' & ')} \\\\`;
}
