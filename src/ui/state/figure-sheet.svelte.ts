/** The figures on screen and the preset that they are saved in, which the browser remembers. */
import { getContext, setContext } from 'svelte';
import { importPart } from '../../base/load-part.ts';
import { ownName } from '../../base/own-name.ts';
import type { FigureSource, Picture } from '../../exports/figure-formats.ts';
import { defaultPreset, presetNames, presets, type PresetName } from '../../exports/presets.ts';
import type { ResultSource } from '../../report/analysis.ts';
import type { Figure } from '../../report/chart.ts';
import { takeAllTurns } from './turns.ts';

const storageKey = ownName('winnow-figure-preset');
const contextKey = Symbol('figure sheet');

export class FigureSheet {
  preset: PresetName = $state.raw(remembered());
  readonly #results: () => readonly ResultSource[];
  readonly #shown = new Map<HTMLElement, () => Figure>();

  /** @param results those that the figures are of. */
  constructor(results: () => readonly ResultSource[] = () => []) {
    this.#results = results;
  }

  choose(preset: PresetName): void {
    this.preset = preset;
    try {
      localStorage.setItem(storageKey, preset);
    } catch {
      return; // A browser without storage forgets it with the page.
    }
  }

  /** A figure as long as its element is on screen. */
  add(element: HTMLElement, figure: () => Figure): () => void {
    this.#shown.set(element, figure);
    return () => this.#shown.delete(element);
  }

  /** As they stand on the page, from above; those that were still to be built as well. */
  sources(): FigureSource[] {
    takeAllTurns();
    const follows = (a: Node, b: Node): number =>
      a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
    return [...this.#shown].sort(([a], [b]) => follows(a, b)).map(([, figure]) => this.sourceOf(figure()));
  }

  sourceOf(figure: Figure): FigureSource {
    return { figure, picture: pictureOf(figure, () => this.preset), results: this.#results() };
  }
}

function pictureOf(figure: Figure, preset: () => PresetName): Picture {
  return {
    svg: async (caption) =>
      (await importPart(() => import('../chart/export.ts'))).figureSvg(figure, presets[preset()], caption),
    png: async () => (await importPart(() => import('../chart/export.ts'))).figurePng(figure, presets[preset()]),
  };
}

function remembered(): PresetName {
  try {
    const stored = localStorage.getItem(storageKey);
    return presetNames.find((name) => name === stored) ?? defaultPreset;
  } catch {
    return defaultPreset;
  }
}

export function provideFigureSheet(sheet: FigureSheet): FigureSheet {
  return setContext(contextKey, sheet);
}

/** Of the screen; figures outside a result have one of their own, of no result. */
export function useFigureSheet(): FigureSheet {
  return getContext<FigureSheet | undefined>(contextKey) ?? new FigureSheet();
}
