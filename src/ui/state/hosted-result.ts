/** A result that lies on the host of this page: by the address of its file, or of a page that shows it. */
import { WinnowError } from '../../base/errors.ts';
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
  const files = names.length > 0 ? names.map((name) => new URL(`demo/${name}/result.json`, url)) : [url];
  return Promise.all(files.map(resultAt));
}

async function resultAt(url: URL): Promise<ResultSource> {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw refused(`There is no result at “${url.pathname}”.`);
  return parseResult(await response.text(), url.pathname.split('/').at(-1) ?? '');
}

function refused(message: string): WinnowError {
  return new WinnowError(
    'unreadable-file',
    message,
    'Give the address of a run.json, or of a page that shows a result.',
  );
}
