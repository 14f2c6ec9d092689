/**
 * Copies of what a chart draws: its `data-picture`, an SVG or a canvas that can draw itself as one, with the colours and
 * sizes that the page computed, so that the copy needs no style sheet. The same chart gives the same copy every time.
 */

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

const canvasPictures = new WeakMap<HTMLCanvasElement, () => SVGSVGElement>();

/** Says how a canvas is written into a saved SVG. */
export function drawsAs(canvas: HTMLCanvasElement, make: () => SVGSVGElement): void {
  canvasPictures.set(canvas, make);
}

export interface PictureCopy {
  copy: SVGSVGElement;
  /** In CSS pixels. */
  width: number;
  height: number;
}

/** @returns null where the frame holds no picture. */
export function copyPicture(frame: HTMLElement): PictureCopy | null {
  const picture = frame.querySelector<SVGSVGElement | HTMLCanvasElement>('[data-picture]');
  const copy = picture && copyOf(picture);
  if (!copy) return null;
  const { width, height } = picture.getBoundingClientRect();
  return { copy, width, height };
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
  numberPatterns(copy);
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

/** The framework's ids count what was drawn before. */
function numberPatterns(root: SVGSVGElement): void {
  const names = new Map([...root.querySelectorAll('[id]')].map(({ id }, index) => [id, `pattern-${index + 1}`]));
  for (const element of root.querySelectorAll('[id]')) element.id = names.get(element.id) ?? element.id;
  for (const element of root.querySelectorAll('[fill^="url("]')) {
    const [, id = ''] = /#([^"')]+)/.exec(element.getAttribute('fill') ?? '') ?? [];
    element.setAttribute('fill', `url(#${names.get(id) ?? id})`);
  }
}
