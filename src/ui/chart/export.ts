/**
 * Pictures of what is on screen: the `data-picture` of a figure's frame, an SVG or a canvas that can draw itself as one,
 * copied into an SVG with the colours and fonts that the page computed, so that the file looks the same anywhere and
 * needs no style sheet.
 */
import type { Figure } from '../../report/chart.ts';
import { svgElement, svgNamespace } from './paths.ts';

const inherited = [
  'fill',
  'fill-opacity',
  'stop-color',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'stroke-linejoin',
  'stroke-linecap',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const;

const margin = 16;

type Names = Pick<Figure, 'title' | 'description'>;

/** The frame's picture as the text of a stand-alone SVG file. */
export function pictureSvg(frame: HTMLElement, names: Names): string {
  const picture = frame.querySelector<SVGSVGElement | HTMLCanvasElement>('[data-picture]');
  const box = picture?.getBoundingClientRect() ?? { width: 0, height: 0 };
  const [width, height] = [box.width + 2 * margin, box.height + 2 * margin];
  const frameBox = { xmlns: svgNamespace, width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' };
  const root = svgElement('svg', frameBox);
  root.append(svgElement('title', {}, names.title), svgElement('desc', {}, names.description));
  root.append(svgElement('rect', { width, height, fill: groundColour(frame) }));
  const copy = picture && copyOf(picture);
  if (copy) {
    const viewBox = `0 0 ${box.width} ${box.height}`;
    const inside = { x: margin, y: margin, width: box.width, height: box.height, viewBox };
    for (const [name, value] of Object.entries(inside)) copy.setAttribute(name, String(value));
    root.append(copy);
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`;
}

/** The same picture in pixels, twice as dense as on a plain screen. */
export async function picturePng(frame: HTMLElement, names: Names): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([pictureSvg(frame, names)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth * 2, image.naturalHeight * 2);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('this browser offers no 2D canvas');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await whileDrawingFrames(canvas.convertToBlob({ type: 'image/png' }));
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Chrome encodes in idle time, and a page that draws no frames is given none until a second has passed. */
function whileDrawingFrames<T>(work: Promise<T>): Promise<T> {
  let going = true;
  const draw = (): void => void (going && requestAnimationFrame(draw));
  draw();
  return work.finally(() => (going = false));
}

const canvasPictures = new WeakMap<HTMLCanvasElement, () => SVGSVGElement>();

/** Says how a canvas is written into a saved SVG. */
export function drawsAs(canvas: HTMLCanvasElement, make: () => SVGSVGElement): void {
  canvasPictures.set(canvas, make);
}

function copyOf(picture: SVGSVGElement | HTMLCanvasElement): SVGSVGElement | null {
  if (picture instanceof HTMLCanvasElement) return canvasPictures.get(picture)?.() ?? null;
  return styledCopy(picture);
}

function styledCopy(picture: SVGSVGElement): SVGSVGElement {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const sources = [picture, ...picture.querySelectorAll<SVGElement>('*')];
  const targets = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  const leftOut: Element[] = [];
  sources.forEach((source, index) => {
    const target = targets[index];
    if (!target) return;
    if (source.hasAttribute('data-screen-only')) leftOut.push(target);
    const style = getComputedStyle(source);
    for (const attribute of [...target.attributes]) {
      if (/^(class|style|id|tabindex|role|aria-.*|data-.*)$/.test(attribute.name) && !isPattern(target)) {
        target.removeAttribute(attribute.name);
      }
    }
    // What the parent's copy already says need not be said again.
    const above = source === picture || !source.parentElement ? null : getComputedStyle(source.parentElement);
    for (const property of inherited) {
      const value = style.getPropertyValue(property);
      if (value !== above?.getPropertyValue(property)) target.setAttribute(property, value);
      else target.removeAttribute(property);
    }
  });
  for (const element of leftOut) element.remove();
  removeComments(copy);
  return copy;
}

/** The framework's place marks. */
function removeComments(root: Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const comments: Node[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) (comment as Comment).remove();
}

/** Patterns and gradients are referred to by their id. */
function isPattern(element: Element): boolean {
  return element.nodeName === 'pattern' || element.nodeName === 'linearGradient';
}

function groundColour(frame: HTMLElement): string {
  for (let element: HTMLElement | null = frame; element; element = element.parentElement) {
    const colour = getComputedStyle(element).backgroundColor;
    if (colour !== 'rgba(0, 0, 0, 0)') return colour;
  }
  return '#ffffff';
}
