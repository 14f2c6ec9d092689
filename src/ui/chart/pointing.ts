/** What a hand does here: a finger taps, a mouse points. */
const isFinger = matchMedia('(pointer: coarse)').matches;

/** "Tap a cell" or "Point at a cell". */
export function pointAt(what: string): string {
  return `${isFinger ? 'Tap' : 'Point at'} ${what}`;
}

/** What opens something here. */
export const press = isFinger ? 'tap' : 'click';
