/** The tour on screen: the part of the page that a step is about stands out, its text beside it. Loaded when asked for. */
import { driver } from 'driver.js';
import 'driver.js/dist/driver.css';
import './tour.css';
import type { TourPlace, TourStep } from '../../../report/tour.ts';

const elements: Readonly<Record<TourPlace, string>> = {
  answer: '[data-verdict]',
  answers: '[data-testid="figure-pareto"] .scroll',
  map: '[data-testid="figure-winnow"] .scroll',
  question: '[data-testid="question"]',
  layers: '[data-testid="section-layers"] .heading',
  made: '[data-testid="section-made"] .heading',
};

/** Next and Back by buttons and arrow keys; Escape, × and a click beside it leave. @param left hears that it is over. */
export function showTour(steps: readonly TourStep[], left: () => void): void {
  const before = document.activeElement;
  const tour = driver({
    steps: steps.map(({ place, title, text }) => ({
      element: elements[place],
      popover: { title, description: text, side: 'bottom', align: 'start' },
    })),
    animate: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    duration: 200,
    smoothScroll: false,
    skipMissingElement: true,
    disableActiveInteraction: true,
    overlayColor: '#000',
    overlayOpacity: 0.5,
    stageRadius: 8,
    stagePadding: 8,
    popoverClass: 'tour',
    showProgress: true,
    progressText: '{{current}} of {{total}}',
    nextBtnText: 'Next',
    prevBtnText: 'Back',
    doneBtnText: 'Done',
    onPopoverRender: ({ closeButton, nextButton }) => {
      closeButton.setAttribute('aria-label', 'Leave the tour');
      requestAnimationFrame(() => {
        // The library gives the focus to the first button, which is the one that leaves, and calls what stands out a
        // button that opens a dialog, which a figure is not.
        nextButton.focus({ preventScroll: true });
        const [active] = document.getElementsByClassName('driver-active-element');
        for (const name of ['aria-haspopup', 'aria-expanded', 'aria-controls']) active?.removeAttribute(name);
      });
    },
    onDestroyed: () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
      left();
    },
  });
  tour.drive();
}
