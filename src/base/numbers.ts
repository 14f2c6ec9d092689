/** Numbers as people read them (thousands apart by a narrow space, a minus that is one, what is counted) and as files hold them. */

/** Narrow no-break space: between thousands, and between a number and its unit. */
export const space = '\u202f';
export const minus = '\u2212';

export function integer(value: number): string {
  const digits = Math.abs(Math.round(value)).toString();
  return (value < 0 ? minus : '') + digits.replace(/\B(?=(\d{3})+$)/g, space);
}

/** "1 layer", "2 layers". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${integer(value)} ${value === 1 ? one : many}`;
}

/** The place of the largest of `count` values from `from` on, counted from there; of equals the first. */
export function firstLargest(values: ArrayLike<number>, from = 0, count = values.length): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[from + i] > values[from + best]) best = i;
  return best;
}

/** Rounded to four significant digits, as files hold what nobody reads further. */
export function fourDigits(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(4)));
}

/**
 * The rows with the highest values (sign 1) or the lowest (−1), the most extreme first; of equal ones the lower row.
 */
export function topRows(column: ArrayLike<number>, most: number, sign: 1 | -1): number[] {
  const rows: number[] = [];
  for (let row = 0; row < column.length; row++) {
    const value = sign * column[row];
    if (rows.length === most && value <= sign * column[rows[most - 1]]) continue;
    let place = rows.length;
    while (place > 0 && sign * column[rows[place - 1]] < value) place--;
    rows.splice(place, 0, row);
    if (rows.length > most) rows.pop();
  }
  return rows;
}
