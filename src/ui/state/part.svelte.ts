/**
 * A component whose code is loaded when it is first asked for, and from then on shown without waiting. Kept in a variable
 * of a module, outside components, so that it is loaded once.
 */
import type { Component } from 'svelte';
import { importPart } from '../../base/load-part.ts';

export class LatePart<Props extends object> {
  /** Null until it is loaded. */
  component = $state.raw<Component<Props> | null>(null);
  failed = $state.raw(false);
  #loading: Promise<void> | null = null;
  readonly #import: () => Promise<{ default: Component<Props> }>;

  /** @param load imports it: `() => import('./Name.svelte')` */
  constructor(load: () => Promise<{ default: Component<Props> }>) {
    this.#import = load;
  }

  /** Loads it unless it is there or on its way; one that failed is tried again. Never rejects: `failed` tells. */
  load(): Promise<void> {
    return (this.#loading ??= this.#fetch());
  }

  async #fetch(): Promise<void> {
    try {
      const { default: component } = await importPart(this.#import);
      this.component = component;
      this.failed = false;
    } catch {
      this.failed = true;
      this.#loading = null;
    }
  }
}

/** Loads what is likely to be shown next, one after the other, while the page has nothing else to do. */
export function loadAtLeisure(...parts: readonly LatePart<never>[]): void {
  const [first, ...others] = parts;
  if (first) requestIdleCallback(() => void first.load().then(() => loadAtLeisure(...others)));
}
