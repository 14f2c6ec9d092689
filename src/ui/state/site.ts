/** What the page was published for, which stands in its start before anything is asked for. */
import type { SiteForm } from '../../publication/hosted.ts';

/** null: it is nobody's publication but Winnow itself. */
export function publishedForm(): SiteForm | null {
  const { form } = document.documentElement.dataset;
  return form === 'view' || form === 'field' || form === 'run' ? form : null;
}

/** Whether runs can be made here, and smaller models; without it nothing is to be dropped either. */
export function hasEngine(): boolean {
  return (publishedForm() ?? 'run') === 'run';
}
