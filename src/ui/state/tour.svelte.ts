/** Whether the tour is asked for, and whether it was taken in this browser before. */
import { ownName } from '../../base/own-name.ts';

const key = ownName('winnow-tour-1');

export class Tour {
  /** To start as soon as a result is on screen. */
  asked = $state.raw(false);
  taken = $state.raw(wasTaken());

  ask(): void {
    this.asked = true;
  }

  /** Also when it was left before its end. */
  remember(): void {
    this.taken = true;
    try {
      localStorage.setItem(key, 'taken');
    } catch {
      // A browser that keeps nothing offers the tour again.
    }
  }
}

function wasTaken(): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}
