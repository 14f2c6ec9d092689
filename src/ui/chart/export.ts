/**
 * Figures as files: a chart is drawn anew out of sight, laid out for the width of a preset, light and on white whatever the
 * theme, with its text as outlines. One unit of the SVG is a pixel of the chart's layout; width and height are in mm.
 */
import { flushSync, mount, unmount } from 'svelte';
import type { Preset } from '../../exports/presets.ts';
import type { Figure } from '../../report/chart.ts';
import Chart from './Chart.svelte';
import { outlineText } from './outline.ts';
import { svgElement, svgNamespace } from './paths.ts';
import { copyPicture, type PictureCopy } from './picture-copy.ts';

/** Of all text in charts, in pixels of their layout. */
const textPx = 13;
const mmAnInch = 25.4;
const pointsAnInch = 72;
const dotsAnInch = 300;
/** Around the picture, in pixels of the layout. */
const margin = 4;

/** The picture as the text of a stand-alone SVG file; `caption` becomes its description. */
export async function figureSvg({ chart, title }: Figure, preset: Preset, caption: string): Promise<string> {
  const mmAPixel = ((preset.textPt / textPx) * mmAnInch) / pointsAnInch;
  const width = preset.widthMm / mmAPixel;
  const picture = drawApart(chart, width - 2 * margin, preset.heightMm / mmAPixel - 2 * margin);
  const height = (picture?.height ?? 0) + 2 * margin;
  const root = svgElement('svg', {
    xmlns: svgNamespace,
    width: `${preset.widthMm}mm`,
    height: `${round(height * mmAPixel)}mm`,
    viewBox: `0 0 ${round(width)} ${round(height)}`,
    role: 'img',
  });
  root.append(svgElement('title', {}, title), svgElement('desc', {}, caption));
  root.append(svgElement('rect', { width: round(width), height: round(height), fill: '#ffffff' }));
  if (picture) {
    const { copy } = picture;
    const box = { x: round((width - picture.width) / 2), y: margin, width: picture.width, height: picture.height };
    for (const [name, value] of Object.entries(box)) copy.setAttribute(name, String(value));
    copy.setAttribute('viewBox', `0 0 ${picture.width} ${picture.height}`);
    root.append(copy);
    await outlineText(copy);
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`;
}

/** The same picture in pixels, 300 an inch at the preset's width, which the file says. */
export async function figurePng(figure: Figure, preset: Preset): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([await figureSvg(figure, preset, '')], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const width = Math.round((preset.widthMm / mmAnInch) * dotsAnInch);
    const canvas = new OffscreenCanvas(width, Math.round((image.naturalHeight / image.naturalWidth) * width));
    const context = canvas.getContext('2d');
    if (!context) throw new Error('this browser offers no 2D canvas');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await withResolution(await whileDrawingFrames(canvas.convertToBlob({ type: 'image/png' })));
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Draws a chart for a frame that it must fit into, and takes it away again. */
function drawApart(chart: Figure['chart'], frameWidth: number, pageHeight: number): PictureCopy | null {
  const frame = document.createElement('div');
  frame.inert = true;
  Object.assign(frame.style, {
    position: 'fixed',
    top: '0',
    left: '-20000px',
    width: `${frameWidth}px`,
    colorScheme: 'light',
  });
  for (const ground of ['--ground', '--paper']) frame.style.setProperty(ground, '#ffffff');
  document.body.append(frame);
  const drawn = mount(Chart, { target: frame, props: { chart, frameWidth, pageHeight } });
  try {
    flushSync();
    return copyPicture(frame);
  } finally {
    void unmount(drawn);
    frame.remove();
  }
}

/** The chunk `pHYs` of 11,811 pixels a metre (300 an inch) with its checksum; it stands behind `IHDR` (PNG, 11.3.4.3). */
const resolution = new Uint8Array([
  ...[0, 0, 0, 9, 0x70, 0x48, 0x59, 0x73],
  ...[0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1],
  ...[0x78, 0xa5, 0x3f, 0x76],
]);
/** Signature and `IHDR`. */
const headBytes = 33;

async function withResolution(png: Blob): Promise<Blob> {
  const bytes = await png.arrayBuffer();
  return new Blob([bytes.slice(0, headBytes), resolution, bytes.slice(headBytes)], { type: png.type });
}

/** Chrome encodes in idle time, and a page that draws no frames is given none until a second has passed. */
function whileDrawingFrames<T>(work: Promise<T>): Promise<T> {
  let going = true;
  const draw = (): void => void (going && requestAnimationFrame(draw));
  draw();
  return work.finally(() => (going = false));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
