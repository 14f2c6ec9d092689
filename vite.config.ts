import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';
import { isolation } from './headless/isolation.ts';
import { offlineScript } from './headless/offline.ts';
import { templateName } from './src/publication/page-file.ts';
import { assemblyScript } from './tools/assemblyscript.ts';
import { reportPage } from './tools/report-template.ts';

/**
 * What the built page may do. `connect-src 'self'` is the promise on the start screen: nothing leaves the machine.
 * `blob:` workers inherit this policy, workers from an address would not.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The policy is written into the built page only: the dev server injects style elements that it would forbid. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
    ],
  };
}

/** The service worker that keeps the build's files, with their list in front. */
function offlineFiles(): Plugin {
  return {
    name: 'offline-files',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const built = Object.keys(bundle).filter((file) => file.startsWith('assets/') || file === templateName);
      const demo = filesBelow('public', 'demo');
      const template = bundle[templateName];
      const contents = [
        ...demo.map((file) => readFileSync(join('public', file))),
        ...(template?.type === 'asset' ? [Buffer.from(template.source)] : []),
      ];
      const worker = readFileSync('workers/offline.js', 'utf8');
      const source = offlineScript({ first: [...built, ...demo], later: [] }, contents, worker);
      this.emitFile({ type: 'asset', fileName: 'offline.js', source });
    },
  };
}

function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll('\\', '/')).sort();
}

export default defineConfig({
  base: './',
  plugins: [svelte(), assemblyScript(), contentSecurityPolicy(), reportPage(), offlineFiles()],
  // ORT's threads start from its own script file; the glue bundled into our worker would start our worker again and hang.
  resolve: { conditions: [...defaultClientConditions, 'onnxruntime-web-use-extern-wasm'] },
  worker: { format: 'es', plugins: () => [assemblyScript()] },
  // A saved figure is light on a dark page: `light-dark()` must stay what it is, down to one element.
  build: { target: 'es2023', cssTarget: 'chrome123', chunkSizeWarningLimit: 2500 },
  // The worker's imports are found before the first visit: one found later would reload the page in mid-work.
  optimizeDeps: { entries: ['index.html', 'workers/*.ts'], exclude: ['onnxruntime-web'] },
  server: { headers: isolation },
  preview: { headers: isolation },
});
