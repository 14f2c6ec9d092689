/** Which screen is shown. Every change goes through the address, so Back, Forward and a reload return to the same place. */
import { on } from 'svelte/events';
import { formatAddress, parseAddress, type ResultView, type View } from './address.ts';

/** A browser refuses addresses that change too often; a dragged slider writes its own once it rests. */
const restMs = 250;

export class Navigation {
  view = $state.raw<View>(parseAddress(location.hash));

  #settling: ReturnType<typeof setTimeout> | null = null;

  /** Follows Back, Forward and a changed address; gives the function that stops it. */
  listen(): () => void {
    return on(window, 'popstate', () => {
      this.#settle();
      this.view = parseAddress(location.hash);
    });
  }

  /** Shows a screen as a new step that Back undoes. */
  go(view: View): void {
    this.#settle();
    const address = formatAddress(view);
    if (address !== location.hash) history.pushState(null, '', address);
    this.view = view;
    scrollTo(0, 0);
  }

  /** Shows a screen in place of the present one, for steps that Back should not return to. */
  replace(view: View): void {
    this.#settle();
    history.replaceState(null, '', formatAddress(view));
    this.view = view;
  }

  /** Changes what of a result is shown, without a new step. */
  show(change: Partial<ResultView>): void {
    if (this.view.screen === 'result') this.replace({ ...this.view, show: { ...this.view.show, ...change } });
  }

  /** The same while something is dragged: shown at once, written to the address when it rests. */
  drag(change: Partial<ResultView>): void {
    if (this.view.screen !== 'result') return;
    this.#settle();
    this.view = { ...this.view, show: { ...this.view.show, ...change } };
    this.#settling = setTimeout(() => this.replace(this.view), restMs);
  }

  #settle(): void {
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = null;
  }
}
