/** Keys for the whole page. Never inside a field, never with a modifier, so that the browser's own keys stay. */
import { on } from 'svelte/events';
import type { App } from './app.svelte.ts';
import type { SectionName } from '../../report/sections.ts';

/** Listens until the returned function is called. */
export function startShortcuts(app: App, help: () => void): () => void {
  return on(window, 'keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    if (document.querySelector('dialog[open], .driver-popover')) return;
    const { screen } = app.navigation.view;
    const isResult = screen === 'result' && app.presenting.step === null;
    const section = isResult ? app.published.sections[Number(event.key) - 1] : undefined;
    if (event.key === 'Escape' && screen === 'run') app.askToCancel();
    else if (event.key === 'Escape' && isResult && app.neuron.shown) app.neuron.close();
    else if (event.key === 'u') void app.undo.take().catch(app.errors.report);
    else if (event.key === '?') help();
    else if (event.key === 'p' && isResult) app.presenting.open();
    else if (event.key === 'r' && screen === 'set-up') void app.run();
    else if (event.key === 'o') document.querySelector<HTMLInputElement>('[data-opens-files]')?.click();
    else if (section) goToSection(app, section);
    else return;
    event.preventDefault();
  });
}

/** Shows a section of the result and moves the focus to it. */
export function goToSection(app: App, section: SectionName): void {
  app.navigation.show({ section });
  const heading = document.getElementById(`section-${section}`);
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('select, textarea, input:not([type="radio"]), [contenteditable]')
  );
}
