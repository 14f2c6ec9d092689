import { readFileSync } from 'node:fs';

/** What a visitor downloads before the page shows: every script that dist/index.html itself names. */
const page = readFileSync(new URL('dist/index.html', import.meta.url), 'utf8');
const scripts = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, file]) => `dist/${file}`);

export default [{ name: 'initial JavaScript of the page', path: scripts, limit: '90 kB', gzip: true }];
