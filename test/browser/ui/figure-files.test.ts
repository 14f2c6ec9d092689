/** Pictures that leave the page: as wide as their preset, text of its size, light on white, nothing cut, no fonts needed. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { presetNames, presets } from '../../../src/exports/presets.ts';
import type { Chart, Figure } from '../../../src/report/chart.ts';
import { figurePng, figureSvg } from '../../../src/ui/chart/export.ts';
import '../../../src/ui/theme.css';

const points = Array.from({ length: 13 }, (_, x) => ({ x, y: 0.5 + x / 30, deviation: 0.02 }));
const axes = { xTitle: 'layer', yTitle: 'accuracy', unit: 'share' } as const;
const layers = points.map(({ x }) => String(x));

const charts: Readonly<Record<string, Chart>> = {
  curve: {
    ...axes,
    kind: 'curve',
    label: 'Score by layer',
    scale: 'layers',
    curves: [
      { title: 'each layer alone', tone: 0, dashed: true, dots: true, points },
      { title: 'layers 0 to k together', tone: 1, dashed: false, dots: true, points },
    ],
    levels: [{ title: 'all layers (oracle)', y: 0.9, tone: 'ink', line: 'solid' }],
    marks: [{ title: '1, 2, 3 %', x: 0 }],
    spots: [{ title: '12', x: 12, y: 0.9 }],
    xDomain: [0, 12],
    yDomain: [0.4, 1],
  },
  answers: {
    ...axes,
    kind: 'curve',
    label: 'All answers',
    xTitle: 'neurons kept',
    scale: 'log',
    curves: [{ title: 'Pareto front', tone: 'ink', dashed: false, dots: false, points, stepped: true }],
    levels: [
      { title: 'all neurons (oracle)', y: 0.9, tone: 'ink', line: 'solid' },
      { title: 'allowed loss, 2.5 % and 1 %', y: 0.87, tone: 'ink', line: 'dashed' },
      { title: 'most frequent label', y: 0.55, tone: 'soft', line: 'dotted' },
    ],
    choices: (['disc', 'ring', 'cross', 'thin-cross'] as const).map((mark, index) => {
      const place = { x: 12 * 4 ** index, y: 0.6 + index / 11, deviation: 0.01 };
      return { ...place, title: mark, tone: index === 0 ? 'kept' : 4, mark, chosen: index === 0 };
    }),
    spots: [{ title: 'at most 1\u202f024', x: 768, y: 0.87 }],
    legend: (['disc', 'ring', 'cross', 'thin-cross', 'level'] as const).map((sample) => {
      return { title: `an answer that is ${sample}`, tone: 'soft', sample };
    }),
    xDomain: [1, 768],
    yDomain: [0.5, 1],
    height: 300,
  },
  losses: {
    ...axes,
    kind: 'curve',
    label: 'Loss by epoch',
    xTitle: 'epoch',
    yTitle: 'mean loss',
    scale: 'linear',
    unit: 'decimal',
    curves: layers.map((title, index) => {
      const losses = points.map((point) => ({ ...point, y: point.y / (index + 1) }));
      return { title, tone: index < 2 ? index : 'faint', dashed: index === 1, dots: false, points: losses };
    }),
    spots: [{ title: '', x: 12, y: 0.1 }],
    xDomain: [0, 12],
    yDomain: [0, 1],
    height: 220,
  },
  bars: {
    ...axes,
    kind: 'bars',
    layout: 'stacked',
    label: 'Clusters',
    unit: 'count',
    groups: layers,
    bars: [{ title: 'clusters', tone: 0, values: layers.map((_, i) => 4000 / (i + 1)) }],
  },
  rows: {
    ...axes,
    kind: 'bars',
    layout: 'rows',
    label: 'Shares',
    groups: ['of the score with at most 10 % of neurons: 97 % in the paper', 'redundant'],
    bars: [{ title: 'yours', tone: 0, values: [0.5, null] }],
    marks: { title: 'the paper', values: [0.97, 0.9] },
  },
  matrix: {
    kind: 'matrix',
    label: 'CKA',
    rows: { title: 'layer', names: layers },
    columns: { title: 'layer', names: layers },
    values: layers.map((_, a) => layers.map((_, b) => (a * b === 0 ? null : 1 / (1 + Math.abs(a - b))))),
    quantity: 'CKA',
    domain: [0, 1],
    missing: 'constant',
  },
  neurons: {
    kind: 'neurons',
    label: 'Neurons',
    shape: { layers: 13, hidden: 768 },
    categories: [
      { title: 'kept', tone: 'kept', glyph: 'full' },
      { title: 'removed by clustering', tone: 1, glyph: 'corner' },
      { title: 'stands alone', tone: 'faint', glyph: 'dot' },
    ],
    categoryOf: Array.from({ length: 13 * 768 }, (_, neuron) => neuron % 3),
    counted: true,
    notes: layers.map((name) => `${name} kept`),
    read: String,
  },
};

const figureOf = (chart: Chart): Figure => {
  return { id: 'f', title: 'A title', description: '', chart, table: { columns: [], rows: [] }, stem: 'winnow-f' };
};

function shown(svg: string): SVGSVGElement {
  const holder = document.createElement('div');
  holder.className = 'saved';
  holder.innerHTML = svg.replace(/^<\?xml.*\n/, '');
  document.body.append(holder);
  return holder.querySelector('svg')!;
}

beforeAll(() => document.documentElement.style.setProperty('color-scheme', 'dark'));
afterEach(() => document.querySelectorAll('.saved').forEach((holder) => holder.remove()));

describe.each(Object.entries(charts))('a saved chart, %s', (_, chart) => {
  test.each(presetNames)('for %s', async (name) => {
    const preset = presets[name];
    const svg = await figureSvg(figureOf(chart), preset, 'A caption.');
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelector('desc')?.textContent).toBe('A caption.');
    expect(svg).not.toMatch(/<text|class=|style=|var\(|light-dark|<!--|font-face/);

    const root = shown(svg);
    const { width } = root.viewBox.baseVal;
    expect(root.getAttribute('width')).toBe(`${preset.widthMm}mm`);
    expect(Number.parseFloat(root.getAttribute('height')!)).toBeLessThanOrEqual(preset.heightMm);
    const texts = [...root.querySelectorAll<SVGPathElement>('path[aria-label]')];
    expect(texts.length).toBeGreaterThan(4);
    const points = (units: number): number => (units * (preset.widthMm / 25.4) * 72) / width;
    for (const text of texts) {
      const size = Number(text.getAttribute('font-size'));
      expect(Math.abs(points(size) - preset.textPt), text.ariaLabel ?? '').toBeLessThan(0.5);
      // Arimo's figures are 0.7 em high, with what a 0 goes over the line.
      if (/^\d+$/.test(text.ariaLabel ?? '')) expect(text.getBBox().height / size).toBeCloseTo(0.71, 1);
    }
    const page = root.getBoundingClientRect();
    const cut = [...root.querySelectorAll('path, rect, circle, line')].filter((element) => {
      const box = element.getBoundingClientRect();
      return (
        box.left < page.left - 1 || box.right > page.right + 1 || box.top < page.top - 1 || box.bottom > page.bottom + 1
      );
    });
    expect(cut.map((element) => element.outerHTML.slice(0, 200))).toEqual([]);
    const boxes = texts.map((text) => ({ name: text.ariaLabel, box: text.getBoundingClientRect() }));
    const touching = boxes.flatMap(({ name, box: a }, index) =>
      boxes
        .slice(index + 1)
        .filter(({ box: b }) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        .map((other) => [name, other.name]),
    );
    expect(touching).toEqual([]);
  });

  test('is the same in both themes, and each time', async () => {
    const preset = presets['one-column'];
    const dark = await figureSvg(figureOf(chart), preset, '');
    document.documentElement.style.setProperty('color-scheme', 'light');
    expect(await figureSvg(figureOf(chart), preset, '')).toBe(dark);
    document.documentElement.style.setProperty('color-scheme', 'dark');
    expect(dark).toContain('fill="#ffffff"');
  });
});

test('a PNG has 300 dots an inch at its size, and says so', async () => {
  const png = await figurePng(figureOf(charts.bars), presets['one-column']);
  const { width, height } = await createImageBitmap(png);
  expect(width).toBe(992);
  const bytes = new DataView(await png.arrayBuffer());
  expect(new TextDecoder().decode(new Uint8Array(bytes.buffer, 37, 4))).toBe('pHYs');
  expect(bytes.getUint32(41)).toBe(Math.round(300 / 0.0254));
  expect(height).toBeGreaterThan(100);
});

test('a text that the font lacks stays text', async () => {
  const chart: Chart = { ...charts.bars, kind: 'bars', xTitle: '层 λ' } as Chart;
  const root = shown(await figureSvg(figureOf(chart), presets.slide, ''));
  expect([...root.querySelectorAll('text')].map((text) => text.textContent)).toEqual(['层 λ']);
  const greek = shown(await figureSvg(figureOf({ ...chart, xTitle: 'Schärfe λ Ж ő' } as Chart), presets.slide, ''));
  expect(greek.querySelector('text')).toBeNull();
});
