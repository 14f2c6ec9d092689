/**
 * The numbers behind a figure as a plain table: what the page shows under it and what the CSV holds. A cell keeps its full
 * value beside its text; null values say why they are missing.
 */
import type { ScoreName } from '../data/tasks.ts';
import { dash, integer, scoreText } from './format.ts';

export interface Cell {
  /** Full precision; null when there is no such number. */
  value: number | string | null;
  text: string;
  /** The neuron that the cell names, layer × hidden + index: a way to its card. */
  neuron?: number;
  /** Why the value is missing, for the hover and the table. */
  why?: string;
}

export interface Column {
  title: string;
  numeric: boolean;
}

export interface Table {
  columns: Column[];
  rows: Cell[][];
}

export const textColumn = (title: string): Column => ({ title, numeric: false });

export const numberColumn = (title: string): Column => ({ title, numeric: true });

export const numberColumns = (...titles: string[]): Column[] => titles.map(numberColumn);

export const textCell = (text: string): Cell => ({ value: text, text });

export function countCell(value: number): Cell {
  return { value, text: integer(value) };
}

/** A neuron by its number in its layer. */
export function neuronCell(neuron: number, hidden: number): Cell {
  return { ...countCell(neuron % hidden), neuron };
}

export function missingCell(why: string): Cell {
  return { value: null, text: dash, why };
}

export function scoreCell(value: number | null | undefined, metric: ScoreName, why: string): Cell {
  return value == null ? missingCell(why) : { value, text: scoreText(value, metric) };
}
