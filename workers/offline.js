/* global files, build, isolation */
/**
 * Keeps this build's own files, so that the page goes on without a network once it has loaded, and gives what it answers
 * the headers of cross-origin isolation, so that WebAssembly has its threads on hosts that send none. `files` (those kept
 * at once, those kept when first used), `build` and `isolation` are put before this text (headless/offline.ts). It
 * knows no other origin and no other folder of its own, and keeps nothing of the user's. Its own text is kept for the page,
 * which publishes itself with other results.
 */
const folder = new URL('./', location.href).pathname;
// An address holds no blank: no folder's names begin as another's do.
const ownCaches = `winnow ${folder} `;
const cacheName = ownCaches + build;
const listed = new Set(['', 'index.html', 'offline.js', ...files.first, ...files.later].map((file) => folder + file));

/** Files of an earlier build too: a page that was open before goes on asking for its own. */
function isOwn({ method, url }) {
  const { origin, pathname } = new URL(url);
  const isHere = method === 'GET' && origin === location.origin;
  return isHere && (listed.has(pathname) || pathname.startsWith(`${folder}assets/`));
}

/** Of ONNX Runtime's two builds only the one that this browser will start; the other is kept when first used. */
async function runtimeFor() {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  const usable = adapter && !adapter.info.isFallbackAdapter && 'Suspending' in WebAssembly;
  return usable ? 'ort-wasm-simd-threaded.jspi-' : 'ort-wasm-simd-threaded-';
}

const isBuilt = (path) => path.includes('assets/');
/** Files of a build never change under their name; everything else is asked for anew, whatever the host says of its age. */
const freshly = (path) => (isBuilt(path) ? {} : { cache: 'no-cache' });

async function keepAll() {
  const runtime = await runtimeFor();
  const wanted = files.first.filter((file) => !/ort-wasm.*\.wasm$/.test(file) || file.includes(runtime));
  const requests = ['./', 'offline.js', ...wanted].map((file) => new Request(file, freshly(file)));
  await (await caches.open(cacheName)).addAll(requests);
}

/** Of this folder alone; those of builds that named them otherwise are told by the page that they hold. */
async function dropOthers() {
  const isEarlier = async (name) =>
    name.startsWith(ownCaches) ||
    (/^winnow-[0-9a-f]{16}$/.test(name) && (await (await caches.open(name)).match(folder)) !== undefined);
  for (const name of await caches.keys()) {
    if (name !== cacheName && (await isEarlier(name))) await caches.delete(name);
  }
  await self.clients.claim();
}

/** What a host refuses, and where it leads elsewhere, is the browser's to say. */
function isolated(response) {
  if (response.status === 0) return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(isolation)) headers.set(name, value);
  return new Response(body, { status, statusText, headers });
}

/** @param goesOn lets the worker live until it is done. */
async function answer(request, goesOn) {
  const cache = await caches.open(cacheName);
  const { pathname } = new URL(request.url);
  const own = pathname === `${folder}index.html` ? folder : request;
  const kept = await cache.match(own, { ignoreSearch: true, ignoreVary: true });
  if (isBuilt(pathname.slice(folder.length)) && kept) return kept;
  try {
    const response = await fetch(request, freshly(pathname.slice(folder.length)));
    // A full disk costs the next visit without a network, not this answer.
    if (response.ok) goesOn(cache.put(own, response.clone()).catch(() => undefined));
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

addEventListener('install', (event) => event.waitUntil(keepAll().then(() => self.skipWaiting())));
addEventListener('activate', (event) => event.waitUntil(dropOthers()));
addEventListener('fetch', (event) => {
  if (!isOwn(event.request)) return;
  const goesOn = (work) => event.waitUntil(work);
  event.respondWith(answer(event.request, goesOn).then(isolated));
});
