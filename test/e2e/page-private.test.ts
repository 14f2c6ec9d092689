/** "Your files stay in this tab; nothing of them is sent anywhere", put to the test. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownInputs } from './cli-process.ts';
import { foreignRequests, pageUrl, useBrowser } from './support/browser.ts';
import { drop, filesIn, give, wholeRun } from './support/page.ts';

const { open } = useBrowser({ isKept: true });

/** A server elsewhere that would welcome any page, and what has reached it. */
async function elsewhere(): Promise<{ url: string; reached: string[] }> {
  const reached: string[] = [];
  const server = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    response.end('welcome');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, reached };
}

const ask = (url: string): Promise<string> =>
  fetch(url).then(
    () => 'reached',
    () => 'refused',
  );

describe('the policy of the page', () => {
  test('stands in the built page and names no other origin', async () => {
    const page = await open();
    const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|\*|'unsafe-(inline|eval)'/);
  });

  test('keeps the page from reaching a server that would answer', async () => {
    const page = await open();
    const { url, reached } = await elsewhere();
    expect(await page.evaluate(ask, url)).toBe('refused');
    expect(reached).toEqual([]);
  });

  test('keeps the engine from reaching it too', async () => {
    const page = await open();
    const { url, reached } = await elsewhere();
    await expect.poll(() => page.workers().length).toBeGreaterThan(0);
    const answers = await Promise.all(page.workers().map((worker) => worker.evaluate(ask, url)));
    expect(new Set(answers)).toEqual(new Set(['refused']));
    expect(reached).toEqual([]);
  });
});

test('a request to another origin would be noticed by these tests', () => {
  const own = [pageUrl, `${pageUrl}assets/a.js`, 'data:text/plain,a', 'blob:http://127.0.0.1/1'];
  expect(foreignRequests([...own, 'https://example.org/a'])).toEqual(['https://example.org/a']);
});

test('folders dropped on the window are analysed, and only this server is asked for anything', async () => {
  const { model, data } = await ownInputs();
  const page = await open();
  const methods = new Set<string>();
  page.on('request', (request) => methods.add(request.method()));
  await drop(page, [model, data]);
  expect(await page.getByTestId('model-card').innerText()).toContain('Model: tiny-bert');
  await wholeRun(page);
  expect(methods).toEqual(new Set(['GET']));
});

test('once loaded, the page analyses without a network', async () => {
  const { model, data } = await ownInputs();
  const page = await open();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.waitForLoadState('networkidle');
  await page.context().setOffline(true);
  await give(page, await filesIn(model, data));
  await wholeRun(page);
});
