/** The built page as its own host serves it, or this browser keeps it, to be published with other results. */
import { WinnowError } from '../../base/errors.ts';
import { builtPaths, startName, workerName, type BuiltFile } from '../../publication/built-page.ts';

/**
 * Its files, each read at most once.
 * @throws WinnowError `not-loaded` where the page is not built, `missing-file` where its host does not answer.
 */
export async function hostedPage(): Promise<BuiltFile[]> {
  const worker = await contentAt(workerName).catch(() => null);
  const paths = builtPaths(worker && (await worker.text()));
  return paths.map((path) => {
    let reading: Promise<Blob> | null = null;
    const content = (): Promise<Blob> =>
      (reading ??= contentAt(path).catch((error: unknown) => {
        reading = null;
        throw error;
      }));
    return { path, content, bytes: async () => (isText(path) ? null : await sizeAt(path)) ?? (await content()).size };
  });
}

/** Those are read anyway, for the names of others in them. */
function isText(path: string): boolean {
  return /\.(?:html|js|mjs|css)$/.test(path);
}

/** Without the bytes, as far as the host says it of them and not of what it sends in their place. */
async function sizeAt(path: string): Promise<number | null> {
  const response = await fetch(addressOf(path), { method: 'HEAD' }).catch(() => null);
  if (!response?.ok || response.headers.has('content-encoding')) return null;
  const length = response.headers.get('content-length') ?? '';
  return /^\d+$/.test(length) ? Number(length) : null;
}

async function contentAt(path: string): Promise<Blob> {
  const response = await fetch(addressOf(path)).catch((cause: unknown) => {
    throw unreachable(path, cause);
  });
  if (!response.ok) throw unreachable(path);
  return response.blob();
}

function addressOf(path: string): URL {
  return new URL(path === startName ? './' : path, document.baseURI);
}

function unreachable(path: string, cause?: unknown): WinnowError {
  const message = `\`${path}\` of this page cannot be read: its host does not answer, and this browser has not kept it.`;
  return new WinnowError('missing-file', message, 'Publish again when the host of this page can be reached.', cause);
}
