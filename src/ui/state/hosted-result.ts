/** A result that lies on the host of this page: by the address of its file, or of a page that shows it. */
import { WinnowError } from '../../base/errors.ts';
import { checkList, hostedFolder, listName, runName } from '../../publication/hosted.ts';
import type { ResultSource } from '../../report/analysis.ts';
import { parseResult } from '../../session/inputs/results.ts';
import { demoOf, parseAddress } from './address.ts';

/**
 * @param address absolute, or from the page on.
 * @throws WinnowError `unreadable-file` for another host or where nothing is there, `bad-file` for what is no result.
 */
export async function hostedResults(address: string, page = location.href): Promise<ResultSource[]> {
  const url = URL.parse(address.trim(), page);
  if (url === null) throw refused(`“${address}” is no address.`);
  if (url.origin !== new URL(page).origin)
    throw refused(`“${url.host}” is another host, and this page reads from its own only.`);
  const view = parseAddress(url.hash);
  const names = view.screen === 'result' ? view.ids.flatMap((id) => demoOf(id) ?? []) : [];
  const ids = names.length === 0 && /\/(?:index\.html)?$/.test(url.pathname) ? await idsOf(url) : names;
  const files = ids.length > 0 ? ids.map((id) => new URL(`${hostedFolder}/${id}/${runName}`, url)) : [url];
  return Promise.all(files.map(resultAt));
}

async function resultAt(url: URL): Promise<ResultSource> {
  return parseResult(await textAt(url), url.pathname.split('/').at(-1) ?? '');
}

/** Of all results of a published page. */
async function idsOf(page: URL): Promise<string[]> {
  const text = await textAt(new URL(`${hostedFolder}/${listName}`, page));
  try {
    return checkList(JSON.parse(text));
  } catch {
    throw refused(`“${page.pathname}” is no page with results.`);
  }
}

async function textAt(url: URL): Promise<string> {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw refused(`There is no result at “${url.pathname}”.`);
  return response.text();
}

function refused(message: string): WinnowError {
  return new WinnowError(
    'unreadable-file',
    message,
    'Give the address of a run.json, or of a page that shows a result.',
  );
}
