/**
 * Pictures of thousands of cells as a few paths: one of each kind, filled with one hue. The same paths are drawn on a
 * canvas on screen and written into a saved SVG. Lengths in CSS pixels; hues are CSS colours, `var(…)` among them.
 */
import type { Glyph } from '../../report/chart.ts';

export interface PathMark {
  hue: string;
  /** Draws all cells of the kind into one path. */
  trace: (sink: PathSink) => void;
}

/** What a canvas path and the text of an SVG path have in common. */
export type PathSink = Pick<Path2D, 'rect' | 'moveTo' | 'lineTo' | 'closePath'>;

export interface PictureText {
  x: number;
  /** Of the middle of the line. */
  y: number;
  text: string;
  anchor: 'start' | 'end';
  hue: string;
}

export interface PathPicture {
  width: number;
  height: number;
  marks: PathMark[];
  texts: PictureText[];
}

/** Adds a cell with its upper left corner at x, y; a pixel of `size` stays empty as the gap. */
export function traceGlyph(sink: PathSink, glyph: Glyph, x: number, y: number, size: number): void {
  const side = size - 1;
  switch (glyph) {
    case 'full':
      sink.rect(x, y, side, side);
      return;
    case 'frame':
      traceFrame(sink, x, y, side, Math.max(1, side * 0.28));
      return;
    case 'dot': {
      const dot = Math.max(2, side * 0.5);
      sink.rect(x + (side - dot) / 2, y + (side - dot) / 2, dot, dot);
      return;
    }
    case 'corner':
      sink.moveTo(x, y);
      sink.lineTo(x, y + side);
      sink.lineTo(x + side, y + side);
      sink.closePath();
      return;
    case 'ring':
      traceFrame(sink, x + side * 0.2, y + side * 0.2, side * 0.6, Math.max(0.75, side * 0.12));
      return;
    case 'bar': {
      const bar = Math.max(1, side * 0.22);
      sink.rect(x, y + (side - bar) / 2, side, bar);
      return;
    }
    default:
      glyph satisfies never;
  }
}

/** Four bars around a hole. */
function traceFrame(sink: PathSink, x: number, y: number, side: number, line: number): void {
  sink.rect(x, y, side, line);
  sink.rect(x, y + side - line, side, line);
  sink.rect(x, y + line, line, side - 2 * line);
  sink.rect(x + side - line, y + line, line, side - 2 * line);
}

/**
 * Draws as it is told. One path of all cells would take Chrome tens of milliseconds: with every subpath that is closed it
 * computes the bounds of all before it.
 */
class CanvasInk implements PathSink {
  #subpaths = 0;

  constructor(private readonly context: CanvasRenderingContext2D) {
    context.beginPath();
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.context.fillRect(x, y, width, height);
  }

  moveTo(x: number, y: number): void {
    if (this.#subpaths === 64) this.end();
    this.#subpaths += 1;
    this.context.moveTo(x, y);
  }

  lineTo(x: number, y: number): void {
    this.context.lineTo(x, y);
  }

  /** Filling closes every subpath. */
  closePath(): void {
    return;
  }

  end(): void {
    this.context.fill();
    this.context.beginPath();
    this.#subpaths = 0;
  }
}

/** The `d` of an SVG path, to a hundredth of a pixel. */
class PathText implements PathSink {
  d = '';

  rect(x: number, y: number, width: number, height: number): void {
    this.d += `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;
  }

  moveTo(x: number, y: number): void {
    this.d += `M${round(x)} ${round(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.d += `L${round(x)} ${round(y)}`;
  }

  closePath(): void {
    this.d += 'z';
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A hue as the page computes it on this element, for canvases and files that know no variables. */
function resolveHue(element: HTMLElement, hue: string): string {
  element.style.color = hue;
  const resolved = getComputedStyle(element).color;
  element.style.color = '';
  return resolved;
}

const textFont = '13px system-ui, sans-serif';

export function drawPicture(canvas: HTMLCanvasElement, picture: PathPicture, density: number): void {
  canvas.width = Math.round(picture.width * density);
  canvas.height = Math.round(picture.height * density);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(density, 0, 0, density, 0, 0);
  for (const { hue, trace } of picture.marks) {
    context.fillStyle = resolveHue(canvas, hue);
    const ink = new CanvasInk(context);
    trace(ink);
    ink.end();
  }
  context.font = textFont;
  context.textBaseline = 'middle';
  for (const { x, y, text, anchor, hue } of picture.texts) {
    context.fillStyle = resolveHue(canvas, hue);
    context.textAlign = anchor;
    context.fillText(text, x, y);
  }
}

export const svgNamespace = 'http://www.w3.org/2000/svg';

/** An element of an SVG with its attributes, in their order. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string | number> = {},
  text = '',
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(svgNamespace, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, String(value));
  element.textContent = text;
  return element;
}

/** The same picture as elements, with the colours that the page computed. */
export function pictureElement(canvas: HTMLCanvasElement, picture: PathPicture): SVGSVGElement {
  const root = svgElement('svg');
  for (const { hue, trace } of picture.marks) {
    const path = new PathText();
    trace(path);
    root.append(svgElement('path', { d: path.d, fill: resolveHue(canvas, hue) }));
  }
  for (const { x, y, text, anchor, hue } of picture.texts) {
    const font = { 'font-family': 'system-ui, sans-serif', 'font-size': '13px' };
    const attributes = { x, y, dy: '0.35em', ...font, 'text-anchor': anchor, fill: resolveHue(canvas, hue) };
    root.append(svgElement('text', attributes, text));
  }
  return root;
}
