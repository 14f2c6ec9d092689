/** The result on screen as steps for a room: opened, stepped through, left. Which step is shown stands in the address. */
import type { PresentStepName } from '../../report/present/step-names.ts';
import { firstResultView, type ResultView } from './address.ts';
import type { Navigation } from './navigation.svelte.ts';

export class Presenting {
  /** It was left for its result, where the focus goes back to what opens it. */
  left = false;
  readonly #navigation: Navigation;

  constructor(navigation: Navigation) {
    this.#navigation = navigation;
  }

  /** As the address has it; null: nothing is presented. Of several results none is. */
  get step(): ResultView['step'] {
    const { view } = this.#navigation;
    return view.screen === 'result' && view.ids.length === 1 ? view.show.step : null;
  }

  /** @param id of a result; without it the one on screen, as it is shown. */
  open(id?: string): void {
    const { view } = this.#navigation;
    if (id !== undefined)
      this.#navigation.go({ screen: 'result', ids: [id], show: { ...firstResultView, step: 'layers' } });
    else if (view.screen === 'result' && view.ids.length === 1)
      this.#navigation.go({ ...view, show: { ...view.show, step: 'layers' } });
  }

  /** Shows a step at once; the address follows when the steps rest. */
  goTo(step: PresentStepName): void {
    if (this.step !== null && this.step !== step) this.#navigation.drag({ step });
  }

  leave(): void {
    if (this.step === null) return;
    this.left = true;
    this.#navigation.show({ step: null });
  }
}
