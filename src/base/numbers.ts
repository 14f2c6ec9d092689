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

/** Rounded to four significant digits, as files hold what nobody reads further. */
export function fourDigits(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(4)));
}
