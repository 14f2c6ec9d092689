/**
 * Where elements of the page land in its PDF. A link is put at both ends of each of them, without taking up room: Chrome
 * writes links with their place on their page.
 */
import type { Page } from 'playwright';

export interface PrintedPlace {
  name: string;
  /** Pages of the two ends, from 0. */
  first: number;
  last: number;
  /** Of the page's height, from above. */
  top: number;
  bottom: number;
}

const address = 'https://mark.example/';

/** @param selector of elements that hold other elements. */
export async function printedPlaces(
  page: Page,
  selector: string,
  format: 'A4' | 'Letter',
): Promise<{ pages: number; places: PrintedPlace[] }> {
  const names = await page.locator(selector).evaluateAll((elements, start) => {
    document.querySelectorAll(`a[href^="${start}"]`).forEach((mark) => mark.remove());
    return elements.map((element, index) => {
      for (const end of ['top', 'bottom']) {
        const mark = document.createElement('a');
        mark.href = `${start}${end}-${index}`;
        Object.assign(mark.style, { position: 'absolute', left: '0', [end]: '0', width: '8px', height: '2px' });
        element.append(mark);
      }
      (element as HTMLElement).style.position = 'relative';
      return `${element.nodeName} ${(element as HTMLElement).dataset.testid ?? element.textContent}`;
    });
  }, address);
  const pdf = (await page.pdf({ format })).toString('latin1');
  const { pages, marks } = marksOf(pdf);
  const places = names.flatMap((name, index): PrintedPlace[] => {
    const [top, bottom] = [marks.get(`top-${index}`), marks.get(`bottom-${index}`)];
    return top && bottom ? [{ name, first: top.page, last: bottom.page, top: top.top, bottom: bottom.bottom }] : [];
  });
  return { pages, places };
}

interface Mark {
  page: number;
  top: number;
  bottom: number;
}

/** Objects as Skia writes them: pages and links are plain text, pages in their order. */
function marksOf(pdf: string): { pages: number; marks: Map<string, Mark> } {
  const objects = new Map([...pdf.matchAll(/^(\d+) 0 obj\n([^]*?)endobj/gm)].map(([, id, text]) => [id, text]));
  const sheets = [...objects.values()].filter((text) => /^<<\/Type \/Page\b/.test(text));
  const marks = new Map<string, Mark>();
  for (const [page, sheet] of sheets.entries()) {
    const height = Number(/\/MediaBox \[\S+ \S+ \S+ ([\d.]+)\]/.exec(sheet)?.[1]);
    const [, links = ''] = /\/Annots \[([^\]]*)\]/.exec(sheet) ?? [];
    for (const [, id] of links.matchAll(/(\d+) 0 R/g)) {
      const link = objects.get(id) ?? '';
      const name = new RegExp(`/URI \\(${address}([^)]*)\\)`).exec(link)?.[1];
      const [low, high] = (/\/Rect \[\S+ (\S+) \S+ (\S+)\]/.exec(link)?.slice(1) ?? []).map(Number);
      if (name !== undefined) marks.set(name, { page, top: 1 - high / height, bottom: 1 - low / height });
    }
  }
  return { pages: sheets.length, marks };
}
