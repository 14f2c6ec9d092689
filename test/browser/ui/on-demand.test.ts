/** Parts of the page whose code is loaded when they are first shown: what stands there meanwhile, a failure, what stays. */
import type {} from '@vitest/browser-playwright';
import type { Component } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { cdp, page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { LatePart } from '../../../src/ui/state/part.svelte.ts';
import OnDemand from '../../../src/ui/widget/OnDemand.svelte';
import Sentence from '../../../src/ui/widget/Sentence.svelte';

const loaded = { default: Sentence };

/** With one kind of part: what renders a component in tests knows no generic ones. */
const OnDemandSentence = OnDemand as unknown as Component<{
  part: LatePart<{ text: string }>;
  props: { text: string };
  waiting: string;
  height: number;
}>;

function show(part: LatePart<{ text: string }>): ReturnType<typeof render> {
  const props = { part, props: { text: 'The part itself.' }, waiting: 'Opening the part…', height: 321 };
  return render(OnDemandSentence, { props });
}

describe('a part that is loaded on demand', () => {
  it('keeps its place free until it is there, and is there at once the next time', async () => {
    let arrive: (module: typeof loaded) => void = () => undefined;
    const load = vi.fn(() => new Promise<typeof loaded>((resolve) => (arrive = resolve)));
    const part = new LatePart(load);
    await show(part);
    const place = page.getByText('Opening the part…').element();
    expect(place.getAttribute('aria-busy')).toBe('true');
    expect(place.getBoundingClientRect().height).toBeGreaterThanOrEqual(321);
    arrive(loaded);
    await expect.element(page.getByText('The part itself.')).toBeVisible();
    expect(page.getByText('Opening the part…').elements()).toEqual([]);
    cleanup();

    const again = show(part);
    expect(document.body.textContent).toContain('The part itself.');
    await again;
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('that comes late is waited for; one that cannot be loaded says so, and is tried again', async () => {
    let network = false;
    const load = vi.fn(() => (network ? Promise.resolve(loaded) : Promise.reject(new TypeError('no network'))));
    await show(new LatePart(load));
    await expect.element(page.getByRole('alert'), { timeout: 20_000 }).toHaveTextContent('could not be loaded');
    expect(load.mock.calls.length).toBeGreaterThan(1);
    network = true;
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.element(page.getByText('The part itself.')).toBeVisible();
  });

  it('leaves nothing of what was waited for', async () => {
    const arrived = await showOnce();
    cleanup();
    await expect
      .poll(async () => {
        await cdp().send('HeapProfiler.collectGarbage');
        return arrived.deref();
      })
      .toBeUndefined();
  });
});

/** What the part's module was, which nothing but the part has ever held. */
async function showOnce(): Promise<WeakRef<typeof loaded>> {
  const arriving = { ...loaded };
  const arrived = new WeakRef(arriving);
  await show(new LatePart(partOf(arriving)));
  await expect.element(page.getByText('The part itself.')).toBeVisible();
  return arrived;
}

function partOf(module: typeof loaded): () => Promise<typeof loaded> {
  let held: typeof loaded | null = module;
  return () => {
    const given = held ?? loaded;
    held = null;
    return Promise.resolve(given);
  };
}
