/**
 * Builds `report.html` beside the page: the program that shows results, in one file without a network, for what is
 * published to be put into (src/publication/page-file.ts). Nothing in it starts a worker or an engine.
 */
import { createHash } from 'node:crypto';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Plugin, type Rolldown } from 'vite';
import { holderId, templateName } from '../src/publication/page-file.ts';

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath d='M2 12a10 10 0 0 0 20 0' fill='none' stroke='%237d7466' stroke-width='2.4' stroke-linecap='round'/%3E%3Cellipse cx='12' cy='12.5' rx='3' ry='5' fill='%23c08a1e'/%3E%3C/svg%3E";

/**
 * What is not in it: fonts, and what draws their letters, would take more room than all else (text of saved figures stays
 * text); what publishes a folder has no page there to make it of.
 */
const leftOut: Readonly<Record<string, string>> = {
  './fonts.ts':
    'export const regularFonts = [], strongFonts = []; export const fontAt = () => Promise.reject(new Error("no fonts"));',
  '../save/PublishSite.svelte': 'export default () => undefined;',
  './write-folder.ts': 'export {};',
};

const withoutThem: Plugin = {
  name: 'left-out',
  enforce: 'pre',
  resolveId: (id) => (id in leftOut ? `\0left-out ${id}` : null),
  load: (id) => (id.startsWith('\0left-out ') ? leftOut[id.slice('\0left-out '.length)] : null),
};

/** Its program as one script and one style sheet, fonts inside. */
async function programOf(root: string, mode: string): Promise<{ script: string; style: string }> {
  const result = (await build({
    root,
    mode,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [svelte(), withoutThem],
    build: {
      write: false,
      target: 'es2023',
      cssTarget: 'chrome123',
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      cssCodeSplit: false,
      modulePreload: false,
      chunkSizeWarningLimit: 2500,
      // Never asked for: a file is a place that browsers call secure, and hash by themselves.
      rolldownOptions: { input: 'src/report-page.ts', external: ['hash-wasm'], output: { codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput;
  const scripts = result.output.filter((file) => file.type === 'chunk').map(({ code }) => code);
  const others = result.output.flatMap((file) => (file.type === 'asset' ? [file] : []));
  const styles = others.filter(({ fileName }) => fileName.endsWith('.css')).map(({ source }) => String(source));
  if (scripts.length !== 1 || styles.length !== 1 || others.length !== 1) {
    throw new Error(
      `the saved page is not one script and one style sheet: ${result.output.map((file) => file.fileName).join(', ')}`,
    );
  }
  // What would end the element, or open a comment in it, is written otherwise; only texts hold it.
  const script = scripts[0].replace(/<(?=\/script|!--)/gi, '\\x3c');
  return { script, style: styles[0].replaceAll('</', '<\\/') };
}

function sha256Of(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Nothing is fetched from anywhere: not even the file itself again. */
export async function reportTemplate(root: string, mode: string): Promise<string> {
  const { script, style } = await programOf(root, mode);
  const policy = [
    "default-src 'none'",
    `script-src ${sha256Of(script)}`,
    `style-src ${sha256Of(style)}`,
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Winnow</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript>The result in this file is shown by its script; it needs JavaScript.</noscript>
<script type="text/plain" id="${holderId}"></script>
<script type="module">${script}</script>
</body>
</html>
`;
}

export function reportPage(): Plugin {
  let place = { root: '.', mode: 'production' };
  return {
    name: 'report-page',
    apply: 'build',
    configResolved: ({ root, mode }) => void (place = { root, mode }),
    async generateBundle() {
      const source = await reportTemplate(place.root, place.mode);
      this.emitFile({ type: 'asset', fileName: templateName, source });
    },
  };
}
