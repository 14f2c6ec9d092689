/**
 * Whether the page is laid out for paper. It is so before it is printed: pages are counted before any observer is heard,
 * and a chart that changed its size after that would be cut. Sizes in pixels.
 */
import { flushSync } from 'svelte';
import { on } from 'svelte/events';
import { takeAllTurns } from '../state/turns.ts';

let printed = $state(false);

/** What a printed page leaves for one picture, so that three fill A4 and Letter with their headings. */
const pictureHeight = 260;
/** And for a plot alone. */
export const plotOnPaper = 120;

/** Of the whole page; `.on-paper` makes it as wide as paper, and light. */
export function listenForPrinting(): () => void {
  const printing = matchMedia('print');
  const set = (value: boolean): void => {
    if (value) takeAllTurns();
    document.documentElement.classList.toggle('on-paper', value);
    flushSync(() => (printed = value));
  };
  const stops = [
    on(window, 'beforeprint', () => set(true)),
    on(window, 'afterprint', () => set(printing.matches)),
    on(printing, 'change', () => set(printing.matches)),
  ];
  return () => stops.forEach((stop) => stop());
}

export function onPaper(): boolean {
  return printed;
}

/**
 * What a picture must fit into where it cannot scroll.
 * @param pageHeight of a file's preset.
 * @returns null on screen.
 */
export function tallestOn(pageHeight: number | null, printedHeight = pictureHeight): number | null {
  return pageHeight ?? (printed ? printedHeight : null);
}
