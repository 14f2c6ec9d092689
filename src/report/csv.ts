/**
 * Tables as CSV by RFC 4180 with plain numbers; a missing number is an empty field. Text from files that a spreadsheet
 * would take for a formula is kept from being one.
 */
import type { Table } from './table.ts';

export function toCsv(table: Table): string {
  const lines = [table.columns.map((column) => textField(column.title)).join(',')];
  for (const row of table.rows) lines.push(row.map((cell) => field(cell.value)).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function field(value: number | string | null): string {
  if (value === null) return '';
  return typeof value === 'number' ? plainNumber(value) : textField(value);
}

/** To six digits: activations and weights are float32, which knows about seven. Whole numbers are whole. */
export function plainNumber(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
}

function textField(text: string): string {
  const safe = /^[=+@\-\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
