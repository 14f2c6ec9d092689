/**
 * Cross-origin isolation, which WebAssembly needs for its threads, on a host that does not send its headers: the page's
 * service worker adds them to whatever it answers, so they are missing only on the first visit, before it is at work.
 */
import { ownName } from '../../base/own-name.ts';
import { demoOf } from './address.ts';
import type { App } from './app.svelte.ts';

const key = ownName('winnow-reloaded-1');

/**
 * Loads the page again once its service worker is at work, at most once a tab, and only where that isolates it: at the top
 * of a tab (a frame is isolated by what holds it), where nothing of the user's would be lost, and where the tab can
 * remember that it has been done.
 */
export async function isolateOnce(app: App, registered: Promise<ServiceWorkerRegistration | null>): Promise<void> {
  if (crossOriginIsolated || !isSecureContext || window.top !== window) return;
  const registration = await registered;
  const worker = registration && (registration.active ?? registration.waiting ?? registration.installing);
  if (!worker || !(await isActivated(worker))) return;
  if (navigator.userActivation.hasBeenActive || !isUntouched(app) || !isFirstTime()) return;
  location.reload();
}

/** Nothing is on screen but what the page itself brings. */
function isUntouched({ navigation: { view }, inputs, job, busy }: App): boolean {
  const isOwn = view.screen === 'start' || (view.screen === 'result' && view.ids.every((id) => demoOf(id) !== null));
  return isOwn && inputs.phase.name === 'empty' && job.phase.name === 'idle' && !busy;
}

/** False where a newer one took its place, or it could not keep the files. */
function isActivated(worker: ServiceWorker): Promise<boolean> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (worker.state === 'activated') resolve(true);
      if (worker.state === 'redundant') resolve(false);
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

function isFirstTime(): boolean {
  try {
    if (sessionStorage.getItem(key) !== null) return false;
    sessionStorage.setItem(key, 'reloaded');
    return sessionStorage.getItem(key) !== null;
  } catch {
    return false; // a tab that remembers nothing would reload for ever
  }
}
