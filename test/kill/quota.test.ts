/** The browser's storage refused at each write of a run in turn: the run ends, with the same numbers, and says which activations are lost. */
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import type { RunFile } from '../../src/run/run-file.ts';
import { ownInputs } from '../e2e/cli-process.ts';
import { openPage, useBrowser } from '../e2e/support/browser.ts';
import { startHost } from '../e2e/support/host.ts';
import { downloadedRun, filesIn, give, wholeRun } from '../e2e/support/page.ts';

const own = useBrowser({ isKept: true });
const mark = 'winnow-write: ';
const full = "The browser's storage is full: the run goes on in memory; ";

/**
 * Stands before every script, those of workers too: tells of each write by a name and refuses those that `refused`, an
 * expression of `name`, holds for. A refused transaction ends as Chrome ends it: aborted, its error a QuotaExceededError.
 */
function storageThat(refused: string): string {
  return `(() => {
    if (globalThis.tellsOfWrites) return;
    globalThis.tellsOfWrites = true;
    const full = () => new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    const isRefused = (name) => {
      console.debug('${mark}' + name);
      return ${refused};
    };
    const writes = {};
    const met = new WeakSet();
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...args) {
      const request = put.apply(this, args);
      const { transaction } = this;
      if (met.has(transaction)) return request;
      met.add(transaction);
      const { name } = transaction.db;
      writes[name] = (writes[name] ?? 0) + 1;
      if (isRefused(name + ' ' + writes[name])) {
        Object.defineProperty(transaction, 'error', { value: full() });
        queueMicrotask(() => transaction.abort());
      }
      return request;
    };
    if (!globalThis.Storage) return;
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (key, value) {
      if (isRefused(key.replace(/(opened-).*/, '$1…'))) throw full();
      setItem.call(this, key, value);
    };
  })()`;
}

interface Outcome {
  writes: string[];
  numbers: Partial<RunFile>;
  warnings: string[];
}

/** A whole run in a window of its own, whose storage starts empty. */
async function outcome(files: string[], refused: string, prepare?: (page: Page) => Promise<void>): Promise<Outcome> {
  const host = await startHost({ isolated: true, before: storageThat(refused) });
  onTestFinished(() => host.close());
  const context = await own.newContext();
  context.setDefaultTimeout(600_000);
  const page = await openPage(context, host.url);
  const writes = new Set<string>();
  page.on('console', (message) => {
    if (message.text().startsWith(mark)) writes.add(message.text().slice(mark.length));
  });
  await prepare?.(page);
  await give(page, files);
  await wholeRun(page);
  const { created, timings, warnings, ...numbers } = await downloadedRun(page);
  expect([Date.parse(created) > 0, timings.length > 0]).toEqual([true, true]);
  return { writes: [...writes], numbers, warnings };
}

function further(warnings: string[], usual: string[]): string[] {
  return warnings.filter((warning) => !usual.includes(warning));
}

test('each write refused, alone and with all that follow', async () => {
  const { model, data } = await ownInputs();
  const files = await filesIn(model, data);
  const undisturbed = await outcome(files, 'false');
  expect(undisturbed.writes).toEqual(
    expect.arrayContaining([
      'winnow-activations 1',
      'winnow-activations 2',
      'winnow-results 1',
      'winnow-dendrograms 1',
    ]),
  );
  for (const write of undisturbed.writes) {
    for (const refused of [`name === '${write}'`, `(globalThis.full ||= name === '${write}')`]) {
      const { numbers, warnings } = await outcome(files, refused);
      expect(numbers, refused).toEqual(undisturbed.numbers);
      const ofActivations = write.startsWith('winnow-activations');
      const lost = further(warnings, undisturbed.warnings);
      expect(lost.length > 0, refused).toBe(ofActivations);
      expect(lost, refused).toEqual(lost.filter((warning) => warning.startsWith(full)));
    }
  }
});

test('a quota of the browser itself, smaller than what the run keeps', async () => {
  const { model, data } = await ownInputs({ train: 4000, dev: 400 });
  const files = await filesIn(model, data);
  const undisturbed = await outcome(files, 'false');
  const { numbers, warnings } = await outcome(files, 'false', async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize: 200_000 });
  });
  const lost = further(warnings, undisturbed.warnings);
  expect(lost.length).toBeGreaterThan(0);
  expect(lost).toEqual(lost.filter((warning) => warning.startsWith(full)));
  expect(numbers).toEqual(undisturbed.numbers);
});
