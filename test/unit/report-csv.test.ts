import { describe, expect, it } from 'vitest';
import { toCsv } from '../../src/report/csv.ts';
import { pairsTable } from '../../src/report/layer-pairs.ts';
import type { Table } from '../../src/report/table.ts';

const table = (...values: (string | number | null)[]): Table => ({
  columns: values.map((_, index) => ({ title: `c${index}`, numeric: false })),
  rows: [values.map((value) => ({ value, text: 'shown' }))],
});

describe('CSV', () => {
  it('rounds to what is known, keeps whole numbers and leaves missing ones empty', () => {
    expect(toCsv(table(0.1 + 0.2, null, -1e-7, 2 / 3, 12_345_678))).toBe(
      'c0,c1,c2,c3,c4\r\n0.3,,-1e-7,0.666667,12345678\r\n',
    );
  });

  it('quotes what needs it', () => {
    expect(toCsv(table('a,b', 'say "x"', 'two\nlines'))).toBe('c0,c1,c2\r\n"a,b","say ""x""","two\nlines"\r\n');
  });

  it('keeps text of files from becoming a formula', () => {
    expect(toCsv(table('=1+1', '@x', '-x'))).toBe("c0,c1,c2\r\n'=1+1,'@x,'-x\r\n");
  });
});

describe('the similarity table', () => {
  it('says of which layer a value is missing', () => {
    const { rows } = pairsTable(
      [
        [null, null],
        [null, 1],
      ],
      'CKA',
    );
    expect(rows[1]?.[1]).toMatchObject({ value: null, text: '–' });
    expect(rows[1]?.[1]?.why).toContain('Layer 0');
    expect(rows[1]?.[2]).toEqual({ value: 1, text: '1.000' });
  });
});
