/**
 * `npm run bench:linkage`: average linkage in the browser beside SciPy's, on one machine and one matrix, one after the
 * other. Prints seconds and how far the two dendrograms differ. PYTHON names a Python that has scipy.
 *
 *   --neurons N   points of the matrix (9,984: 13 layers of 768)
 *   --turns N     each is timed so often, in turns (3)
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { browserArguments, findBrowser } from '../../headless/browser.ts';
import { root } from '../../headless/serve.ts';
import type * as Linkage from '../../src/redundancy/linkage.ts';

const { values } = parseArgs({
  options: { neurons: { type: 'string', default: '9984' }, turns: { type: 'string', default: '3' } },
});
const neurons = Number(values.neurons);
const dimensions = 64;

/** 1 − |cosine| of seeded points in 64 dimensions, condensed as SciPy's `pdist`: distances like those of neurons. */
function distances(): Float64Array {
  let state = 1;
  const points = Float64Array.from({ length: neurons * dimensions }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state;
  });
  for (let at = 0; at < points.length; at += dimensions) {
    const point = points.subarray(at, at + dimensions);
    const norm = Math.hypot(...point);
    point.forEach((value, i) => (point[i] = value / norm));
  }
  const condensed = new Float64Array((neurons * (neurons - 1)) / 2);
  let to = 0;
  for (let a = 0; a < neurons; a++) {
    for (let b = a + 1; b < neurons; b++) {
      let cosine = 0;
      for (let i = 0; i < dimensions; i++) cosine += points[a * dimensions + i] * points[b * dimensions + i];
      condensed[to++] = 1 - Math.abs(cosine);
    }
  }
  return condensed;
}

const python = process.env.PYTHON ?? 'python3';
const folder = await mkdtemp(join(tmpdir(), 'winnow-linkage-'));
const matrix = join(folder, 'distances.f64');
const tree = join(folder, 'tree.f64');
const { executablePath, env } = await findBrowser();
const server = await createServer({ root, logLevel: 'error', server: { port: 0, host: '127.0.0.1' } });
await server.listen();
const browser = await chromium.launch({ executablePath, env, args: browserArguments });
try {
  await writeFile(matrix, distances());
  const page = await browser.newPage();
  await page.goto(server.resolvedUrls!.local[0]);
  await page.setContent('<input type="file">');
  await page.setInputFiles('input', matrix);
  for (let turn = 0; turn < Number(values.turns); turn++) {
    const { stdout } = await promisify(execFile)(python, [join(root, 'test/bench/linkage.py'), matrix, tree]);
    const scipy = JSON.parse(stdout) as { seconds: number; scipy: string };
    const own = await page.evaluate(linkageInPage, neurons);
    const bytes = await readFile(tree);
    const golden = new Float64Array(new Uint8Array(bytes).buffer);
    const difference = own.tree.reduce((most, value, i) => Math.max(most, Math.abs(value - golden[i])), 0);
    const ratio = own.seconds / scipy.seconds;
    process.stdout.write(
      `SciPy ${scipy.scipy}: ${scipy.seconds.toFixed(2)} s, Winnow: ${own.seconds.toFixed(2)} s (${ratio.toFixed(2)} ×), ` +
        `largest difference of the dendrograms: ${difference}\n`,
    );
  }
} finally {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
}

/** Runs in the page, in the dev server's own modules. */
async function linkageInPage(points: number): Promise<{ seconds: number; tree: number[] }> {
  const module = '/src/redundancy/linkage.ts';
  const { linkage } = (await import(/* @vite-ignore */ module)) as typeof Linkage;
  const [file] = [...document.querySelector('input')!.files!];
  const condensed = new Float64Array(await file.arrayBuffer());
  const start = performance.now();
  const found = await linkage(condensed, points);
  return { seconds: (performance.now() - start) / 1000, tree: [...found] };
}
