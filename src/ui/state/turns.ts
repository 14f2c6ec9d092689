/**
 * Work of the main thread that can wait: one piece after the other, each in a task of its own, so that keys, clicks and
 * frames come in between.
 */
import { flushSync } from 'svelte';

const waiting: (() => void)[] = [];
let isGoing = false;

/** @returns takes the work out again, if it has not been done */
export function whenTurnComes(work: () => void): () => void {
  waiting.push(work);
  if (!isGoing) {
    isGoing = true;
    setTimeout(doNext);
  }
  return () => {
    const at = waiting.indexOf(work);
    if (at >= 0) waiting.splice(at, 1);
  };
}

function doNext(): void {
  const work = waiting.shift();
  isGoing = work !== undefined;
  if (!work) return;
  setTimeout(doNext);
  work();
}

/** All work that waits, and what it brings, before this returns: for paper and files, which have to be whole. */
export function takeAllTurns(): void {
  for (let work = waiting.shift(); work; work = waiting.shift()) flushSync(work);
}
