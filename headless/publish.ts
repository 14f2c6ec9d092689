/** `npm run publish`: results as a folder for any static host, with what each author wants others to have; `--check` reads one. */
import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { byteSize, counted, unspaced } from '../src/report/format.ts';
import type { SiteForm } from '../src/publication/hosted.ts';
import { siteForms } from '../src/publication/hosted.ts';
import { publishedList } from '../src/publication/run.ts';
import type { BuiltFile } from '../src/publication/built-page.ts';
import type { PreparedResult } from '../src/publication/hosted-result.ts';
import { bytesOf, pageBytes, resultBytes, siteFiles, usualForm } from '../src/publication/site.ts';
import { buildIfNeeded } from './build.ts';
import { runCommand } from './command.ts';
import { readHosted, type HostedOrder } from './hosted-inputs.ts';
import { wantsJson } from './options.ts';
import { checkOrders, parsePublish } from './publish-options.ts';
import { builtPage } from './serve.ts';
import { checkSite, stageSite } from './site.ts';
import { namedText } from './named-text.ts';
import { publishUsage } from './usage.ts';

const args = process.argv.slice(2);

const formWords: Readonly<Record<SiteForm, string>> = {
  view: 'view only',
  field: 'with field',
  run: 'with run',
};

await runCommand(wantsJson(args), async ({ signal, progress }) => {
  const command = parsePublish(args);
  if (!command) return { text: publishUsage, fields: { usage: publishUsage } };
  if ('check' in command) {
    const files = await checkSite(command.check);
    const text = `${command.check} holds ${counted(files, 'file')}, and each is what its list says.`;
    return { text, fields: { check: command.check, files } };
  }
  const { out, force, form: asked } = command;
  const orders = command.list === null ? command.orders : await listedOrders(command.list);
  const read: PreparedResult[] = [];
  for (const order of orders) {
    signal.throwIfAborted();
    read.push(
      await readHosted(
        order,
        read.map(({ result }) => result.record.id),
        signal,
      ),
    );
  }
  const results = read.map(({ result }) => result);
  const form = asked ?? usualForm(results);
  const staging = await stageSite(out, force);
  try {
    await buildIfNeeded(progress.say, signal);
    const built = await builtFiles();
    const files = await siteFiles(built, form, results);
    const bytes: Partial<Record<SiteForm, number>> = {};
    for (const name of siteForms) {
      bytes[name] = name === form ? bytesOf(files) : (await pageBytes(built, name)) + resultBytes(results, name);
    }
    await staging.write(files);
    await staging.commit();
    await checkSite(out);
    const lines = [
      ...read.flatMap((one) => resultLines(one, form)),
      `Size ${siteForms.map((name) => `${formWords[name]}: ${byteSize(bytes[name] ?? 0)}`).join(', ')}.`,
      `Wrote ${out}, ${formWords[form]}: ${counted(files.length, 'file')}, all in its list.`,
    ];
    const published = read.map(({ run, revealed, result: { record } }) => ({
      ...{ id: record.id, title: record.title },
      texts: publishedList([run], revealed),
    }));
    return { text: lines.map(unspaced).join('\n'), fields: { out, form, bytes, results: published } };
  } finally {
    staging.discard();
  }
});

/** Paths in it are from where it lies. */
async function listedOrders(path: string): Promise<HostedOrder[]> {
  const text = await namedText(path, 'The list');
  const place = (name: string | null): string | null => name && resolve(dirname(path), name);
  return checkOrders(text, path).map((order) => ({
    ...order,
    run: resolve(dirname(path), order.run),
    ...{ note: place(order.note), reduced: place(order.reduced), model: place(order.model), data: place(order.data) },
  }));
}

async function builtFiles(): Promise<BuiltFile[]> {
  const entries = await readdir(builtPage, { recursive: true, withFileTypes: true });
  const locations = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return locations.sort().map((location) => ({
    path: relative(builtPage, location).split(sep).join('/'),
    bytes: async () => (await stat(location)).size,
    content: () => openAsBlob(location),
  }));
}

/** What of a result's texts is published and what is not, and its files. */
function resultLines({ result: { record }, run, revealed }: PreparedResult, form: SiteForm): string[] {
  const parts = publishedList([run], revealed).map(
    ({ title, count, isPublished }) => `  ${isPublished ? 'published' : 'left out '}  ${title} (${count})`,
  );
  const files = form === 'run' ? record.files.map(({ path, bytes }) => `${path} (${byteSize(bytes)})`) : [];
  const smaller = form === 'view' ? 0 : record.smaller.length;
  return [
    `${record.title} (${record.id})`,
    ...parts,
    ...(smaller > 0 ? [`  published  its smaller model, which names its classes (${counted(smaller, 'file')})`] : []),
    ...(files.length > 0 ? [`  published  ${files.join(', ')}`] : []),
    '',
  ];
}
