/** Publishing from the command line: what is in the folder, what is not, and what a visitor's browser makes of it. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { root } from '../../headless/serve.ts';
import type { HostedRecord } from '../../src/publication/hosted.ts';
import type { RunFile } from '../../src/run/run-file.ts';
import { run as runCommand } from './cli-process.ts';
import { useBrowser } from './support/browser.ts';
import { startPlainHost } from './support/plain-host.ts';

const demo = join(root, 'public/demo/reviews');
const { newContext } = useBrowser();
const mark = 'MARKED-BY-THE-AUTHOR';
// Up to seven commands in a test.
vi.setConfig({ testTimeout: 300_000 });

async function place(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Files of a folder that hold a text, anywhere in their bytes or their names. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if (path.includes(text) || (await readFile(path)).includes(text)) found.push(path.slice(folder.length + 1));
  }
  return found.sort();
}

/** The demo's run with a mark in each of its author's texts. */
async function markedRun(folder: string): Promise<string> {
  const run = JSON.parse(await readFile(join(demo, 'result.json'), 'utf8')) as RunFile;
  const marked = {
    ...run,
    model: { ...run.model, name: `${mark}-model` },
    data: { ...run.data, files: run.data.files.map((file) => ({ ...file, name: `${mark}-file.tsv` })) },
    warnings: [`${mark}-warning`],
  };
  const text = JSON.stringify(marked).replaceAll(/"text":"[^"]/g, `"text":"${mark}-text `);
  expect(text.split(`${mark}-text`).length).toBeGreaterThan(10);
  const path = join(folder, 'run.json');
  await writeFile(path, text);
  return path;
}

test('of a marked run nothing is published but numbers, and a kind of texts only where it was chosen', async () => {
  const folder = await place();
  const marked = await markedRun(folder);
  const [none, some] = [join(folder, 'none'), join(folder, 'some')];
  const ended = await runCommand('publish', [marked, '--out', none, '--form', 'view']);
  expect(ended.stderr).toBe('');
  expect(ended.stdout).toMatch(/left out +texts of the data, in the rows that neurons respond to \(\d/);
  expect(ended.stdout).toMatch(/Size view only: .+, with field: .+, with run: /);
  expect(await filesWith(none, mark)).toEqual([]);
  const id = (await readdir(join(none, 'demo'))).find((name) => name !== 'index.json')!;
  await runCommand('publish', [marked, '--out', some, '--form', 'view', '--reveal', 'texts']);
  expect(await filesWith(some, `${mark}-text`)).toEqual([`demo/${id}/result.json`]);
  expect(await filesWith(some, `${mark}-model`)).toEqual([]);
  expect(await filesWith(some, `${mark}-file`)).toEqual([]);
  // Without an engine there is no runtime in it.
  expect((await filesWith(none, 'ort-wasm')).filter((name) => name.endsWith('.wasm'))).toEqual([]);
});

test('a folder is replaced only where nobody else has put or changed anything; the check names what is', async () => {
  const folder = await place();
  const out = join(folder, 'site');
  const publish = (...more: string[]) =>
    runCommand('publish', [join(demo, 'result.json'), '--out', out, '--form', 'view', ...more]);
  expect((await publish()).code).toBe(0);
  expect((await runCommand('publish', ['--check', out])).stdout).toContain('each is what its list says');
  expect(await publish()).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
  expect((await publish('--force')).code).toBe(0);

  await writeFile(join(out, 'demo/notes.txt'), 'mine');
  const foreign = await runCommand('publish', ['--check', out]);
  expect(foreign).toMatchObject({ code: 3, stderr: expect.stringContaining('demo/notes.txt not in its list') });
  expect(await publish('--force')).toMatchObject({ code: 2, stderr: expect.stringContaining('demo/notes.txt') });
  expect(await readFile(join(out, 'demo/notes.txt'), 'utf8')).toBe('mine');

  await rm(join(out, 'demo/notes.txt'));
  await writeFile(join(out, 'index.html'), 'changed');
  const changed = await runCommand('publish', ['--check', out]);
  expect(changed).toMatchObject({ code: 3, stderr: expect.stringContaining('index.html not as listed') });
  expect(await publish('--force')).toMatchObject({ code: 2, stderr: expect.stringContaining('index.html') });
});

test('a result with its models: whoever comes sees it at once, by a plain name, and can ask its smaller model', async () => {
  const folder = await place();
  const out = join(folder, 'site');
  const title = '</title><script>alert(1)</script> ../../x =cmd|A1';
  const note = join(folder, 'note.md');
  await writeFile(note, '<img src=x onerror=alert(1)> **strong**');
  // As libraries write it: where the model lay on its author's disk.
  const model = join(folder, 'model');
  await cp(demo, model, { recursive: true });
  const config = JSON.parse(await readFile(join(model, 'config.json'), 'utf8')) as object;
  await writeFile(join(model, 'config.json'), JSON.stringify({ _name_or_path: `/home/${mark}/model`, ...config }));
  const models = ['--reduced', join(demo, 'reviews-smaller'), '--model', model, '--data', demo];
  const ended = await runCommand('publish', [
    join(demo, 'result.json'),
    '--out',
    out,
    '--title',
    title,
    '--note',
    note,
    ...models,
  ]);
  expect(ended.stderr).toBe('');
  expect(ended.stdout).toContain('model/model.safetensors');
  const id = 'title-script-alert-1-script-x-cmd-a';
  expect((await readdir(join(out, 'demo'))).sort()).toEqual(['index.json', id]);
  expect(await filesWith(out, mark)).toEqual([]);

  const host = await startPlainHost({ 'a/page': out });
  const page = await (await newContext()).newPage();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => void dialogs.push(dialog.message()));
  const lost: string[] = [];
  page.on('response', (response) => void (response.status() >= 400 && lost.push(response.url())));
  await page.goto(`${host.url}a/page/`);
  await page.getByTestId('section-made').waitFor();
  expect(new URL(page.url()).hash).toBe(`#v=1&result=${id}`);
  expect(await page.locator('h1').first().innerText()).toContain(title);
  // The note is Markdown, and markup in it is text.
  await page.locator('strong', { hasText: /^strong$/ }).waitFor();
  await page.getByTestId('try-text').first().fill('a fine film');
  await page.getByTestId('try').getByText('whole model').first().waitFor();
  expect(lost).toEqual([]);
  expect(dialogs).toEqual([]);
});

test('a smaller model that takes two texts is asked in two fields, also where only its own record knows', async () => {
  const folder = await place();
  const [smaller, out] = [join(folder, 'smaller'), join(folder, 'site')];
  await cp(join(demo, 'reviews-smaller'), smaller, { recursive: true });
  const record = JSON.parse(await readFile(join(smaller, 'winnow.json'), 'utf8')) as { task: object };
  const paired = { ...record, task: { ...record.task, pairs: true } };
  await writeFile(join(smaller, 'winnow.json'), JSON.stringify(paired));
  const ended = await runCommand('publish', [join(demo, 'result.json'), '--out', out, '--reduced', smaller]);
  expect(ended.stderr).toBe('');
  const host = await startPlainHost({ page: out });
  const page = await (await newContext()).newPage();
  await page.goto(`${host.url}page/`);
  const field = page.getByTestId('try');
  await field.getByTestId('try-text').fill('a fine film');
  await field.getByTestId('try-pair').fill('a dull cast');
  await field.getByText('smaller model').first().waitFor();
  expect(await field.getByTestId('try-answer').innerText()).toMatch(/smaller model\s+(negative|positive)/);
});

test('the demo site is the embedded demos, published: the same results, models and data', async () => {
  const out = join(await place(), 'site');
  const ended = await runCommand('publish', ['--list', join(root, 'tools/demo/site/list.json'), '--out', out]);
  expect(ended.stderr).toBe('');
  expect((await runCommand('publish', ['--check', out])).code).toBe(0);
  const json = async <T>(...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8')) as T;
  const { results: stored } = await json<{ results: string[] }>(root, 'public/demo/index.json');
  const { results: hosted } = await json<{ results: string[] }>(out, 'demo/index.json');
  expect(hosted).toHaveLength(stored.length);
  for (const [place, name] of stored.entries()) {
    const [from, to] = [join(root, 'public/demo', name), join(out, 'demo', hosted[place])];
    const [own, its] = [await json<HostedRecord>(from, 'manifest.json'), await json<HostedRecord>(to, 'manifest.json')];
    expect({ ...its, note: its.note?.trim() }).toMatchObject({
      title: own.title,
      note: own.note,
      opensIn: own.opensIn,
      sections: own.sections,
    });
    expect(await json(to, 'result.json')).toEqual(await json(from, 'result.json'));
    const bytesOf = (record: HostedRecord) => record.files.map(({ role, bytes }) => [role, bytes].join(' ')).sort();
    expect(bytesOf(its)).toEqual(bytesOf(own));
    const weights = its.files.find(({ path }) => path.endsWith('.safetensors'))!;
    expect(await readFile(join(to, weights.path))).toEqual(await readFile(join(from, 'model.safetensors')));
    expect([...its.smaller].sort()).toEqual([...own.smaller].sort());
  }
});

test('several results are listed, and one without an engine asks for no part that is not there', async () => {
  const folder = await place();
  const out = join(folder, 'site');
  const result = join(demo, 'result.json');
  const list = join(folder, 'list.json');
  await writeFile(
    list,
    JSON.stringify([
      { run: result, title: 'First', present: true },
      { run: result, title: 'Second', sections: ['layers'] },
    ]),
  );
  const ended = await runCommand('publish', ['--list', list, '--out', out]);
  expect(ended.stdout).toContain('view only: ');
  const host = await startPlainHost({ page: out });
  const page = await (await newContext()).newPage();
  const lost: string[] = [];
  page.on('response', (response) => void (response.status() >= 400 && lost.push(response.url())));
  await page.goto(`${host.url}page/`);
  await page.getByRole('link', { name: 'Second' }).click();
  await page.getByTestId('section-layers').waitFor();
  await page.waitForLoadState('networkidle');
  expect(await page.getByTestId('section-similarity').count()).toBe(0);
  await page.goBack();
  await page.getByRole('link', { name: 'First' }).click();
  await page.getByTestId('present-at').waitFor();
  expect(new URL(page.url()).hash).toBe('#v=1&result=first&step=layers');
  expect(lost).toEqual([]);
});
