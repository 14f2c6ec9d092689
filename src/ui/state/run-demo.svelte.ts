/** The demo as a run of its own: its files are fetched, looked at and run. */
import type { App } from './app.svelte.ts';
import { isReady } from './input-files.svelte.ts';

export async function runDemo(app: App): Promise<void> {
  const files = await app.demo.fetchFiles();
  if (files === null || app.job.phase.name === 'running' || app.busy) return;
  app.inputs.clear();
  app.inputs.add(files);
  app.navigation.go({ screen: 'set-up' });
  const stop = $effect.root(() => {
    $effect(() => {
      const { phase } = app.inputs;
      if (phase.name === 'inspecting') return;
      stop();
      const isShown = app.navigation.view.screen === 'set-up';
      // Options changed for other data are the user's to keep or to drop.
      if (phase.name === 'inspected' && isReady(phase.known) && isShown && app.carried.length === 0) void app.run();
    });
  });
}
