/** Start-up: the page, or for the command line the bare handle that it drives. The engine loads when first needed. */
import { mount } from 'svelte';
import { importPart } from './base/load-part.ts';
import App from './ui/App.svelte';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');

if (location.hash === '#automation') {
  const { startAutomation } = await import('./session/worker/automation.ts');
  startAutomation(root);
} else {
  const openSession = async () => (await importPart(() => import('./session/worker/client.ts'))).createSession();
  // Where there is no service worker (a private window, a refusal) the page works as long as there is a network.
  const kept = import.meta.env.PROD ? navigator.serviceWorker?.register('./offline.js').catch(() => null) : undefined;
  // In a task of its own: to read the script and to lay out the empty page takes long enough.
  setTimeout(() => mount(App, { target: root, props: { openSession, kept } }));
}
