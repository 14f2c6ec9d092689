/** How a presentation moves and how large it is: what a key leads to, whether motion is welcome, the scale of pictures. */

/** Whether the reader asked for no motion is said by the system. */
export function isWelcome(): boolean {
  return !matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/**
 * How much larger than on the result's page pictures are, so that their text (13 px) is read from the last row: 28 px on a
 * screen of 1920 × 1080. 1: a window too small for that, where steps are as high as they need to be.
 */
export function scaleFor(width: number, height: number): number {
  if (width < 900 || height < 480) return 1;
  return Math.max(1, 2.16 * Math.min(width / 1920, height / 1080));
}

/** The step that a key leads to, from 0; null: it is no key of the steps, or one of the button that has the focus. */
export function stepAfter(
  { key, shiftKey, target }: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'target'>,
  current: number,
  count: number,
): number | null {
  const isButton = target instanceof Element && target.matches('button, a, summary');
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
    case 'PageDown':
      return current + 1;
    case 'ArrowLeft':
    case 'ArrowUp':
    case 'PageUp':
      return current - 1;
    case ' ':
      return isButton ? null : current + (shiftKey ? -1 : 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
