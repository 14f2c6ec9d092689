/**
 * Results as one HTML file, from the command line and from the page: opened from the disk, without a network, everything is
 * there and works, nothing is asked for, and nothing private is in it.
 */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { root } from '../../headless/serve.ts';
import { publishedRun } from '../../src/publication/run.ts';
import { checkRun, parseRun, type RunFile } from '../../src/run/run-file.ts';
import { deepResult } from '../bench/deep-result.ts';
import { ownFolder, run as runCommand } from './cli-process.ts';
import { openFile, published, type Look } from './support/opened-file.ts';
import { seriousFindings } from './support/axe.ts';
import { useBrowser } from './support/browser.ts';

const own = useBrowser();
const demo = join(root, 'public/demo/reviews/result.json');
const stored = parseRun(await readFile(demo, 'utf8'), 'result.json');

/** By the command line, into a file of its own. */
async function written(runs: string[], ...options: string[]): Promise<{ path: string; stdout: string }> {
  const path = join(await ownFolder(), 'page.html');
  const { code, stdout, stderr } = await runCommand('report', [...runs, '--out', path, ...options]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return { path, stdout };
}

async function runFiles(...runs: RunFile[]): Promise<string[]> {
  const folder = await ownFolder();
  return Promise.all(
    runs.map(async (run, index) => {
      const path = join(folder, `run-${index}.json`);
      await writeFile(path, JSON.stringify(run));
      return path;
    }),
  );
}

async function figureIds(page: Page): Promise<string[]> {
  return page.locator('figure').evaluateAll((figures) => figures.map((figure) => figure.dataset.testid ?? ''));
}

describe('opened from the disk without a network', () => {
  test('it shows every figure that the page shows, and its sliders, tables, files and print work', async () => {
    const { path, stdout } = await written([demo], '--title', 'Reviews', '--reveal', 'names');
    expect(stdout).toMatch(/^In it, for whoever has the file:\n {2}names: names and types of models \(\d+\)/);
    expect(stdout).toContain('  hashes: hashes of model and data, with the predictions that they match (10)');
    expect(stdout).toContain(`Wrote ${path}`);
    const inPage = await own.open();
    await inPage.getByTestId('open-demo').click();
    await inPage.getByTestId('section-made').waitFor();
    const page = await openFile(own, path);
    expect(await page.title()).toBe('Reviews');
    expect(await figureIds(page)).toEqual(await figureIds(inPage));
    expect((await figureIds(page)).length).toBeGreaterThan(10);
    expect(await page.getByTestId('answer').textContent()).toContain('SST-2 with reviews needs');

    const answer = await page.getByTestId('question').textContent();
    await page.getByTestId('delta-neurons').fill('3');
    await expect.poll(() => page.getByTestId('question').textContent()).not.toBe(answer);
    await expect.poll(() => page.url()).toContain('deltas=');
    await page.getByRole('button', { name: 'Table' }).first().click();
    expect(await page.locator('table').count()).toBeGreaterThan(2);
    for (const kind of ['CSV', 'SVG', 'PNG', 'LaTeX']) {
      const coming = page.waitForEvent('download');
      await page.locator('figure').first().getByRole('button', { name: kind, exact: true }).click();
      const bytes = await readFile(await (await coming).path());
      expect(bytes.length, kind).toBeGreaterThan(100);
    }
    const coming = page.waitForEvent('download');
    await page.getByTestId('download-run').first().click();
    const saved = await readFile(await (await coming).path(), 'utf8');
    expect(parseRun(saved, 'run.json')).toEqual((await published(await readFile(path))).runs[0]);

    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)!.length).toBeGreaterThan(3);
    await page.locator('canvas, svg[role="img"]').first().waitFor();
  });

  test.each<Look>([
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 390 },
  ])('nothing keeps people out ($colorScheme, $width pixels wide)', async (look) => {
    const note = join(await ownFolder(), 'note.md');
    await writeFile(note, '# About\n\nWith **care**, on [a page](https://example.org).\n\n- one\n- two');
    const { path } = await written([demo], '--note', note);
    const page = await openFile(own, path, look);
    await page.getByTestId('note').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(look.width!);
  });

  test('several results are compared, and only the chosen sections are there', async () => {
    const later = { ...stored, created: '2026-01-01T00:00:00.000Z', protocol: 'paper' as const };
    const { path } = await written([demo, demo, ...(await runFiles(later))], '--sections', 'made,layers');
    const page = await openFile(own, path);
    expect(await page.getByTestId('publication-title').textContent()).toBe('2 results compared');
    expect(await page.getByTestId('answer').count()).toBe(2);
    const sections = await page
      .locator('[data-testid^="section-"]')
      .evaluateAll((all) => all.map((one) => one.id || one.getAttribute('data-testid')));
    expect(sections).toEqual(['section-layers', 'section-made']);
  });

  test('that of a comparison has its tables, its charts, its base and what failed, paired though no hash is in it', async () => {
    const folder = await ownFolder();
    const rows = stored.data.instances.test;
    const labels = Buffer.alloc(rows, 1).toString('base64');
    const predicted = [labels, Buffer.alloc(rows, 1).fill(0, 0, 40).toString('base64')];
    const of = (change: Partial<RunFile>, right: number) => ({
      ...stored,
      ...change,
      predictions: { rows, sha256: 'c'.repeat(64), width: 1 as const, labels, predicted: [predicted[right]] },
    });
    const other = {
      model: { ...stored.model, name: 'Secretive', sha256: 'd'.repeat(64) },
      created: '2026-01-01T00:00:00.000Z',
    };
    const layers = stored.layers.individual.map(({ layer }) => ({ layer, ...onlyPearson }));
    const regression = {
      ...stored,
      ...{
        selection: undefined,
        clustering: undefined,
        mcnemar: undefined,
        predictions: undefined,
        reduced: undefined,
        oracleProbe: undefined,
      },
      created: '2026-02-01T00:00:00.000Z',
      metric: 'pearson' as const,
      data: { ...stored.data, task: 'sts-b' as const, labels: [], majority: null },
      oracle: onlyPearson,
      layers: { individual: layers, concatenated: layers },
    };
    const runs = await runFiles(of({}, 0), of(other, 1), regression);
    await writeFile(join(folder, 'failure.json'), '{"error":{"message":"No file secret.tsv.","next":"Add it."}}');
    const out = join(folder, 'out');
    const { code, stdout, stderr } = await runCommand('compare', [...runs, folder, '--base', '2', '--out', out]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/report\.html:\nIn it are numbers only/);
    const path = join(out, 'report.html');
    const page = await openFile(own, path, { last: 'comparison' });
    expect(await page.getByTestId('comparison').locator('tbody').first().locator('tr').count()).toBe(3);
    const text = await page.getByTestId('comparison').innerText();
    expect(text).toContain('better, p');
    expect(text).toContain('McNemar, row by row');
    expect(await page.getByTestId('failed-rows').innerText()).toBe('row 1 of those that failed');
    await expect.poll(() => page.locator('[data-testid^="figure-layers-"]').count()).toBe(2);
    expect(await page.getByRole('radio').nth(1).isChecked()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    const inside = JSON.stringify(await published(await readFile(path)));
    for (const secret of ['Secretive', 'secret.tsv', 'c'.repeat(64), 'd'.repeat(64), stored.data.files[0].sha256])
      expect(inside, secret).not.toContain(secret);
    const shown = await runCommand('compare', [...runs, folder, '--out', out, '--force', '--reveal', 'names,notices']);
    expect(shown.code).toBe(0);
    const revealing = JSON.stringify(await published(await readFile(path)));
    for (const text of ['Secretive', 'No file secret.tsv. Add it.']) expect(revealing).toContain(text);
  });

  test('it holds a link to a view', async () => {
    const { path } = await written([demo]);
    const page = await openFile(own, path);
    await page.getByRole('radio', { name: 'Dev' }).first().check({ force: true });
    await expect.poll(() => page.url()).toContain('split=dev');
    await page.reload();
    await page.getByTestId('section-made').waitFor();
    expect(page.url()).toContain('split=dev');
  }, 120_000);

  test('that of a result of 13 layers of 768 neurons stays under 1.5 MB', async () => {
    const deep = checkRun({ ...deepResult(stored, 12, 768), oracleProbe: undefined }, 'deep');
    const [small, large] = [await written([demo]), await written(await runFiles(deep))];
    const sizes = await Promise.all([small, large].map(async ({ path }) => (await readFile(path)).length));
    process.stderr.write(`One file: the demo ${sizes[0]} bytes, 13 × 768 made up ${sizes[1]} bytes.\n`);
    expect(sizes[1]).toBeLessThan(1_500_000);
    const page = await openFile(own, large.path);
    expect((await figureIds(page)).length).toBeGreaterThan(10);
  });
});

const pearson = { mean: 0.8, deviation: 0.01, seeds: [0.79, 0.81] };
const onlyPearson = { train: { pearson }, dev: { pearson }, test: { pearson } };

const hostile = '</script><img src=x onerror=alert(1)>\u202e=cmd|/../..';

test('names, titles and notes are text, whatever is in them', async () => {
  const run = {
    ...stored,
    model: { ...stored.model, name: hostile },
    data: { ...stored.data, task: 'classification', labels: [`a${hostile}`, `b${hostile}`] },
  } as RunFile;
  const note = join(await ownFolder(), 'note.md');
  const lines = ['<script>alert(1)</script>', '[x](javascript:alert(1))', '![y](https://example.org/z.png)', hostile];
  await writeFile(note, lines.join('\n\n'));
  const options = ['--title', hostile, '--note', note, '--reveal', 'all'];
  const { path } = await written(await runFiles(run), ...options);
  const page = await openFile(own, path);
  expect(await page.getByTestId('publication-title').textContent()).toBe(hostile);
  expect(await page.title()).toBe(hostile);
  const text = await page.getByTestId('note').textContent();
  expect(text).toContain('<script>alert(1)</script>');
  expect(text).toContain('<img src=x onerror=alert(1)>');
  expect(await page.locator('#app img, #app script, #app a[href^="javascript"]').count()).toBe(0);
  // In a sentence nothing of it turns the words and numbers behind it around.
  expect(await page.getByTestId('answer').textContent()).toContain(`${hostile.replace('\u202e', '')} needs`);
  const coming = page.waitForEvent('download');
  await page.getByTestId('download-run').first().click();
  expect((await coming).suggestedFilename()).toMatch(/^winnow-[a-z0-9._-]+\.json$/);
});

describe('what is private', () => {
  const text = stored.neuronRows!.neurons[0].highest[0].text;
  const [file] = stored.data.files;

  test.each([
    [[], []],
    [['--reveal', 'texts'], [text]],
    [
      ['--reveal', 'files,hashes'],
      [file.name, file.sha256, stored.model.sha256],
    ],
  ])('is in the file only where chosen (%j)', async (options, there) => {
    const { path } = await written([demo], ...options);
    const bytes = (await readFile(path)).toString('latin1');
    const { publication, runs } = await published(bytes);
    const found = JSON.stringify({ publication, runs });
    for (const secret of [text, file.name, file.sha256, stored.model.sha256]) {
      expect(found.includes(JSON.stringify(secret).slice(1, -1)), secret).toBe(there.includes(secret));
      expect(bytes).not.toContain(secret);
    }
  });
});

test('the page saves the same file, after it has said what is in it', async () => {
  const page = await own.open();
  await page.getByTestId('open-demo').click();
  await page.getByTestId('section-made').waitFor();
  await page.getByTestId('save-page').click();
  await page.getByTestId('publication-title-field').fill('My result');
  await page.getByTestId('publication-note-field').fill('Some *words*.');
  await page.getByTestId('reveal-names').check();
  expect(await seriousFindings(page)).toEqual([]);
  const coming = page.waitForEvent('download');
  await page.getByTestId('save-page-now').click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe('winnow-my-result.html');
  await page.getByText(/^Saved as winnow-my-result\.html, /).waitFor();
  const saved = await readFile(await download.path());
  const { publication, runs } = await published(saved);
  expect(publication).toMatchObject({ title: 'My result', note: 'Some *words*.', revealed: ['names'] });
  expect(runs).toEqual([publishedRun(stored, ['names'])]);

  const note = join(await ownFolder(), 'note.md');
  await writeFile(note, 'Some *words*.');
  const { path } = await written([demo], '--title', 'My result', '--note', note, '--reveal', 'names');
  const byCommand = await readFile(path);
  expect(await published(byCommand)).toEqual(await published(saved));
  const withoutResult = (bytes: Buffer): string => bytes.toString().replace(/id="published">[^<]*/, '');
  expect(withoutResult(saved)).toBe(withoutResult(byCommand));
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('dialog[open]').count()).toBe(0);
});

test('the page saves a comparison as it stands: its base, and what is paired, though no hash is in it', async () => {
  const labels = Buffer.alloc(stored.data.instances.test).toString('base64');
  const predictions = { ...stored.predictions!, labels, predicted: [labels] };
  const made = (name: string) => ({ ...stored, predictions, model: { ...stored.model, name } });
  const later = { ...made('Later'), created: '2026-01-01T00:00:00.000Z' };
  const page = await own.open();
  const files = await runFiles(made('Earlier'), later);
  await page.getByTestId('files-input').first().setInputFiles(files);
  await page.getByTestId('comparison').waitFor();
  await page.getByLabel('Hold the others against SST-2 · Later').check();
  const shown = await page.getByTestId('comparison').locator('tbody').first().innerText();
  expect(shown).toContain('McNemar, row by row');
  await page.getByTestId('save-page').click();
  await page.getByTestId('reveal-names').check();
  const coming = page.waitForEvent('download');
  await page.getByTestId('save-page-now').click();
  const path = await (await coming).path();
  expect(await readFile(path, 'latin1')).not.toContain(stored.model.sha256);
  const { comparison, runs } = await published(await readFile(path));
  expect(comparison).toEqual({ base: 1, failed: [], layers: [] });
  expect(runs[0].model.sha256).toMatch(/^not published \(/);
  const html = join(await ownFolder(), 'page.html');
  await copyFile(path, html);
  const opened = await openFile(own, html, { last: 'comparison' });
  expect(await opened.getByTestId('comparison').locator('tbody').first().innerText()).toBe(shown);
});

test.each([
  [['--out', 'x.html'], 'No run file is named.'],
  [[demo], '--out is missing.'],
  [[demo, '--out', 'x.txt'], 'Name a file that ends in .html.'],
  [[demo, '--out', 'x.html', '--reveal', 'secrets'], '--reveal names "secrets".'],
  [[demo, '--out', 'x.html', '--sections', 'all of them'], '--sections names "all of them".'],
  [[demo, '--out', 'x.html', '--title', 'a\nb'], '--title is no title.'],
])('a command that cannot be meant is refused (%#)', async (args, message) => {
  const { code, stderr } = await runCommand('report', args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
