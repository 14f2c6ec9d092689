/* global files, build */
/**
 * Keeps this build's own files, so that the page goes on without a network once it has loaded. `files` and `build` are
 * put before this text by the build (vite.config.ts). It knows no other origin and keeps nothing of the user's.
 */
const cacheName = `winnow-${build}`;

/** Of ONNX Runtime's three builds only the one that this browser will start; the others are kept when first used. */
async function runtimeFor() {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  if (!adapter || adapter.info.isFallbackAdapter) return 'ort-wasm-simd-threaded-';
  return 'Suspending' in WebAssembly ? 'ort-wasm-simd-threaded.jspi-' : 'ort-wasm-simd-threaded.asyncify-';
}

async function keepAll() {
  const runtime = await runtimeFor();
  const wanted = files.filter((file) => !/ort-wasm.*\.wasm$/.test(file) || file.includes(runtime));
  await (await caches.open(cacheName)).addAll(['./', ...wanted]);
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith('winnow-') && name !== cacheName).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

/** Files of a build never change under their name; everything else is asked for anew while there is a network. */
async function answer(request) {
  const cache = await caches.open(cacheName);
  const built = new URL(request.url).pathname.includes('/assets/');
  const kept = await cache.match(request, { ignoreSearch: true, ignoreVary: true });
  if (built && kept) return kept;
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

addEventListener('install', (event) => event.waitUntil(keepAll().then(() => self.skipWaiting())));
addEventListener('activate', (event) => event.waitUntil(dropOthers()));
addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method === 'GET' && new URL(url).origin === location.origin) event.respondWith(answer(event.request));
});
