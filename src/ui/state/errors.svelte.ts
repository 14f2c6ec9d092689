/**
 * The one place where errors end that no screen has caught: the first one is shown until it is dismissed, later ones are
 * usually its echo. Errors that belong to a stage or a card are shown there instead.
 */
import { on } from 'svelte/events';
import { toPlainError, type PlainError } from '../../base/errors.ts';

export class Errors {
  shown = $state.raw<PlainError | null>(null);

  report = (error: unknown): void => {
    const plain = toPlainError(error);
    if (plain.code !== 'cancelled') this.shown ??= plain;
  };

  dismiss(): void {
    this.shown = null;
  }

  /** Catches what would otherwise only reach the console; gives the function that stops it. */
  listen(): () => void {
    const onError = (event: ErrorEvent): void => {
      // The browser's word for a layout that took two passes; nothing failed.
      if (!event.message.startsWith('ResizeObserver loop')) this.report(event.error ?? event.message);
    };
    const onRejection = (event: PromiseRejectionEvent): void => this.report(event.reason);
    const stops = [on(window, 'error', onError), on(window, 'unhandledrejection', onRejection)];
    return () => stops.forEach((stop) => stop());
  }
}
