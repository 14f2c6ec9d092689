/**
 * Work of the main thread that can wait: one piece after the other, each in a task of its own, so that keys, clicks and
 * frames come in between. What a piece brings in its turn comes right after it, so that a page is built from above.
 */
import { flushSync } from 'svelte';

const waiting: (() => void)[] = [];
let isGoing = false;
/** Where work that comes now is put: behind all, but for what the present piece brings. */
let place: number | null = null;

/** @returns takes the work out again, if it has not been done */
export function whenTurnComes(work: () => void): () => void {
  waiting.splice(place ?? waiting.length, 0, work);
  if (place !== null) place += 1;
  if (!isGoing) {
    isGoing = true;
    setTimeout(doNext);
  }
  return () => {
    const at = waiting.indexOf(work);
    if (at < 0) return;
    waiting.splice(at, 1);
    if (place !== null && at < place) place -= 1;
  };
}

function doNext(): void {
  const work = waiting.shift();
  isGoing = work !== undefined;
  if (!work) return;
  setTimeout(doNext);
  take(work);
}

function take(work: () => void): void {
  place = 0;
  try {
    flushSync(work);
  } finally {
    place = null;
  }
}

/** All work that waits, and what it brings, before this returns: for paper and files, which have to be whole. */
export function takeAllTurns(): void {
  for (let work = waiting.shift(); work; work = waiting.shift()) take(work);
}
