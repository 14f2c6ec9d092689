/** Puts the whole page on screen with a fake session, as fresh as in a new browser, and hands it files as a drop does. */
import { clear, createStore } from 'idb-keyval';
import { expect, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import App from '../../../src/ui/App.svelte';
import type { RunFile } from '../../../src/run/run-file.ts';
import { FakeSession } from './fake-session.ts';
import { estimate, inspection } from './samples.ts';

/** Without its argument the page starts where a new visitor does. */
export async function openPage(
  address = '#v=1',
  session = new FakeSession(inspection, estimate),
): Promise<FakeSession> {
  localStorage.clear();
  history.replaceState(null, '', address);
  await render(App, { props: { openSession: () => Promise.resolve(session) } });
  return session;
}

/** Nothing kept by earlier tests. */
export async function forgetEverything(): Promise<void> {
  sessionStorage.clear();
  await clear(createStore('winnow-results', 'runs'));
  await clear(createStore('winnow-dendrograms', 'dendrograms'));
}

export function textFile(name: string, text = 'x'): File {
  return new File([text], name);
}

export function runFile(run: RunFile, name = 'run.json'): File {
  return new File([JSON.stringify(run)], name);
}

/** Lets files fall on the window. */
export function drop(...files: File[]): void {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
}

export function press(key: string, target: EventTarget = document.body): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

/** What a button of a figure hands to the downloads. */
export async function savedFile(figure: Element, button: string, type: string): Promise<Blob> {
  const made: Blob[] = [];
  const addresses = vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    made.push(blob as Blob);
    return 'blob:none';
  });
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  try {
    const found = [...figure.querySelectorAll('button')].find((one) => one.textContent.trim() === button);
    found?.click();
    await expect.poll(() => made.some((blob) => blob.type === type), { timeout: 10_000 }).toBe(true);
    return made.find((blob) => blob.type === type)!;
  } finally {
    addresses.mockRestore();
    click.mockRestore();
  }
}
