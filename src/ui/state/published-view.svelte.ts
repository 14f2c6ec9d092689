/** How results on screen are shown where an author has published them. */
import type { Publication } from '../../publication/publication.ts';
import { sectionNames, type SectionName } from '../../report/sections.ts';

export class PublishedView {
  /** What their author says of them; null: they were not published. */
  publication = $state.raw<Publication | null>(null);
  /** Of a result, those that are shown. */
  readonly sections = $derived.by((): readonly SectionName[] => {
    const shown = this.publication?.sections;
    return shown === undefined ? sectionNames : sectionNames.filter((name) => shown.includes(name));
  });

  /** @param isAll the page only shows what was published: nothing can be computed here, and no file opened. */
  constructor(readonly isAll: boolean) {}
}
