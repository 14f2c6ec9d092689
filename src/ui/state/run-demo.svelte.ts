/** A result beside the page as a run of its own: its files are fetched, looked at and run. */
import type { DroppedFile } from '../../session/contract.ts';
import type { App } from './app.svelte.ts';
import { demoFiles, type Demo } from './demo.ts';
import { isReady } from './input-files.svelte.ts';

/** That of the start screen. */
export async function runDemo(app: App): Promise<void> {
  const files = await app.demo.fetchFiles();
  const demo = 'demo' in app.demo.phase ? app.demo.phase.demo : null;
  if (files !== null && demo !== null) runFiles(app, demo, files);
}

/** @throws WinnowError where its files cannot be fetched. */
export async function runHosted(app: App, demo: Demo): Promise<void> {
  runFiles(app, demo, await demoFiles(demo));
}

function runFiles(app: App, { manifest: { columns }, run }: Demo, files: readonly DroppedFile[]): void {
  if (app.job.phase.name === 'running' || app.busy) return;
  app.inputs.clear();
  app.inputs.add(files);
  if (columns !== null) {
    app.inputs.chooseTask(run.data.task);
    app.inputs.chooseColumns(columns);
  }
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
