/** What a curve chart's axes, legend and reading say, without a page. */
import { describe, expect, it } from 'vitest';
import { curveChart, type Curve, type CurveChart, type Level } from '../../src/report/chart.ts';
import { anchorAt, legendOf, readingAt, xAxis, xTicks, yAxis } from '../../src/ui/chart/curve.ts';

function curve(title: string, ...points: (readonly [x: number, y: number])[]): Curve {
  return { title, tone: 0, dashed: false, dots: true, points: points.map(([x, y]) => ({ x, y, deviation: 0 })) };
}

function chart(scale: CurveChart['scale'], ...curves: Curve[]): CurveChart {
  return curveChart({ label: '', xTitle: '', yTitle: '', scale, unit: 'share', curves }, [0, 1]);
}

const texts = (ticks: readonly { text: string }[]): string[] => ticks.map(({ text }) => text);

describe('the x axis', () => {
  it('numbers layers from the first on, as many as fit', () => {
    const layers = chart('layers', curve('a', [0, 0.5], [24, 0.9]));
    expect(texts(xTicks(layers, xAxis(layers, 800), 800))).toHaveLength(25);
    expect(texts(xTicks(layers, xAxis(layers, 280), 280))).toEqual(['0', '3', '6', '9', '12', '15', '18', '21', '24']);
  });

  it('of a logarithm has round numbers, and a place for none', () => {
    const sizes = chart('log', curve('a', [0, 0.5], [2688, 0.9]));
    const x = xAxis(sizes, 800);
    expect(x(0)).toBe(8);
    expect(texts(xTicks(sizes, x, 800)).slice(-2)).toEqual(['1\u202f000', '2\u202f000']);
  });
});

describe('the y axis', () => {
  it('has as many decimals as tell its numbers apart', () => {
    expect(texts(yAxis({ ...chart('layers'), yDomain: [0.5, 1] }, 260).ticks)[0]).toBe('50');
    expect(texts(yAxis({ ...chart('layers'), yDomain: [0.89, 0.91] }, 260).ticks)[1]).toBe('89.5');
    expect(texts(yAxis({ ...chart('layers'), unit: 'decimal', yDomain: [-0.5, 0.5] }, 260).ticks)[0]).toBe('−0.4');
  });

  it('spans curves with their deviations, levels and their bands', () => {
    const [point] = curve('a', [1, 0.5]).points;
    const own = { ...curve('a'), points: [{ ...point, deviation: 0.1 }] };
    const level: Level = { title: 'all', y: 0.8, tone: 'ink', line: 'solid', bands: [0.3] };
    const { yDomain } = curveChart({ ...chart('log', own), levels: [level] }, [0, 1]);
    expect(yDomain).toEqual([expect.closeTo(0.275, 12), expect.closeTo(0.825, 12)]);
  });
});

describe('the reading', () => {
  const place = (value: number): number => value;

  it('on layers is of that very layer, and says where there is no score', () => {
    const layers = chart('layers', curve('a', [0, 0.5], [1, 0.9]), curve('b', [0, 0.4]));
    expect(anchorAt(layers, 0.7, place)).toBe(1);
    expect(readingAt(layers, 1, place)).toBe('Layer 1: a 90.0\u202f% · b –');
  });

  it('elsewhere is of the points nearest to a measured one', () => {
    const sizes = chart('log', curve('a', [10, 0.5], [100, 0.9]), curve('b', [90, 0.4]));
    expect(anchorAt(sizes, 60, place)).toBe(100);
    expect(readingAt(sizes, 100, place)).toBe('100: a 90.0\u202f% · b 40.0\u202f%');
    expect(anchorAt(chart('log'), 60, place)).toBeNull();
  });
});

describe('the legend', () => {
  it('leaves a curve alone without a name', () => {
    const alone = chart('log', curve('a', [1, 1]));
    expect(legendOf(alone)).toEqual([]);
    const levels = [{ title: 'all', y: 1, tone: 'ink', line: 'dashed' } as const];
    expect(legendOf({ ...alone, levels }).map(({ title, sample, line }) => [title, sample, line])).toEqual([
      ['a', 'curve', 'solid'],
      ['all', 'level', 'dashed'],
    ]);
    const legend = [{ title: 'b', tone: 'soft', sample: 'dots' } as const];
    expect(legendOf({ ...alone, levels, legend })).toEqual(legend);
  });
});
