/** Text of a user's in Markdown and YAML, so that it stays text whatever marks it holds. */

/** Inside a line of a paragraph or a heading, or a cell of a table: what counts at the start of a line alone stays. */
export function markdownText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[&<>]/g, (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[mark] ?? mark)
    .replace(/[\\`*_{}[\]()#|~^$:@]/g, '\\$&');
}

/** As code inside a paragraph; in a cell of a table too. */
export function markdownCode(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '¦');
  const longest = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** A YAML value: JSON's texts are YAML's, but for the line ends that JSON may hold. */
export function yamlText(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A table with a header; cells are Markdown already. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
