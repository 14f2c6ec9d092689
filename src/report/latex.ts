/**
 * LaTeX for pdfTeX, in ASCII as far as its letters go: text with what LaTeX would take for commands escaped, and tables by
 * booktabs; one that fits no page is a longtable.
 */
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

/** Letters beyond ASCII stay as they are, accented ones are known to pdfTeX since 2018. */
export function latexText(text: string): string {
  return Array.from(text, (character) => escapes[character] ?? character).join('');
}

/** A table of more rows goes over several pages, and one of more columns is set smaller. */
const [mostRows, mostColumns] = [40, 8];

/** @param caption and the rest as plain text. */
export function latexTable({ columns, rows }: Table, caption: string, label: string): string {
  const isLong = rows.length > mostRows;
  const head = `${line(columns.map(({ title }) => title))}`;
  const body = rows.map((row) => line(row.map(({ text }) => text)));
  const format = columns.map(({ numeric }) => (numeric ? 'r' : 'l')).join('');
  const small = columns.length > mostColumns ? ['\\footnotesize', '\\setlength{\\tabcolsep}{3pt}'] : [];
  const title = `\\caption{${latexText(caption)}}`;
  const name = `\\label{tab:${label.replace(/[^a-zA-Z0-9.:-]/g, '-')}}`;
  const packages = `% In the preamble: \\usepackage{booktabs}${isLong ? '\\usepackage{longtable}' : ''}`;
  const lines = isLong
    ? [
        ...['\\begingroup', ...small, `\\begin{longtable}{${format}}`, `${title}${name}\\\\`],
        ...['\\toprule', head, '\\midrule', '\\endfirsthead', '\\toprule', head, '\\midrule', '\\endhead'],
        ...['\\bottomrule', '\\endfoot', ...body, '\\end{longtable}', '\\endgroup'],
      ]
    : [
        ...['\\begin{table}', '\\centering', ...small, title, name, `\\begin{tabular}{${format}}`, '\\toprule'],
        ...[head, '\\midrule', ...body, '\\bottomrule', '\\end{tabular}', '\\end{table}'],
      ];
  return `${[packages, ...lines].join('\n')}\n`;
}

function line(cells: readonly string[]): string {
  return `${cells.map(latexText).join(' & ')} \\\\`;
}
