/** The result on screen as steps for a room: opened, stepped through, left. Which step is shown stands in the address. */
import { firstResultView } from './address.ts';
import type { Navigation } from './navigation.svelte.ts';

export class Presenting {
  /** It was left for its result, where the focus goes back to what opens it. */
  left = false;
  readonly #navigation: Navigation;

  constructor(navigation: Navigation) {
    this.#navigation = navigation;
  }

  /** From 1, as the address has it; null: nothing is presented. Of several results none is. */
  get step(): number | null {
    const { view } = this.#navigation;
    return view.screen === 'result' && view.ids.length === 1 ? view.show.present : null;
  }

  /** @param id of a result; without it the one on screen, as it is shown. */
  open(id?: string): void {
    const { view } = this.#navigation;
    if (id !== undefined)
      this.#navigation.go({ screen: 'result', ids: [id], show: { ...firstResultView, present: 1 } });
    else if (view.screen === 'result' && view.ids.length === 1)
      this.#navigation.go({ ...view, show: { ...view.show, present: 1 } });
  }

  /** Shows a step at once; the address follows when the steps rest. */
  goTo(step: number): void {
    if (this.step !== null && this.step !== step) this.#navigation.drag({ present: step });
  }

  leave(): void {
    if (this.step === null) return;
    this.left = true;
    this.#navigation.show({ present: null });
  }
}
