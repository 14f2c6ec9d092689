/**
 * A headless browser on the built page. Every context is watched: a request to any address but the page's own fails the
 * test at its end, and so does an error that no part of the page has caught.
 */
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, onTestFinished } from 'vitest';
import { browserArguments, findBrowser } from '../../../headless/browser.ts';
import type {} from '../../setup/serve-page.ts';

/** The built page, on the one server of all end-to-end tests; ends in a slash. */
export const pageUrl = inject('pageUrl');

/** Nothing here waits by the clock; this only ends a test that hangs, on a machine that has other things to do. */
const patienceMs = 60_000;

async function launchBrowser(args: string[] = []): Promise<Browser> {
  const { executablePath, env } = await findBrowser();
  return chromium.launch({ executablePath, env, args: [...browserArguments, ...args], headless: true });
}

/** A browser with a profile on the disk, which outlives it. It is watched until the test's end. */
export async function launchProfile(profile: string): Promise<BrowserContext> {
  const { executablePath, env } = await findBrowser();
  const options = { executablePath, env, args: browserArguments, headless: true, acceptDownloads: true };
  const context = await chromium.launchPersistentContext(profile, options);
  onTestFinished(watch(context));
  onTestFinished(() => context.close());
  return context;
}

export interface OwnBrowser {
  readonly browser: Browser;
  /** A private window, closed at the test's end. */
  newContext(): Promise<BrowserContext>;
  /** The page in a private window of its own. */
  open(url?: string): Promise<Page>;
}

interface BrowserOptions {
  args?: string[];
  /**
   * Whether windows get the page's service worker. It keeps the whole build in each new window, a third of what a short
   * run takes: on for a file that is about it or about a person's whole way.
   */
  isKept?: boolean;
}

/** One browser for all tests of a file. */
export function useBrowser({ args = [], isKept = false }: BrowserOptions = {}): OwnBrowser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(args);
  });
  afterAll(() => browser.close());
  const newContext = async (): Promise<BrowserContext> => {
    const context = await browser.newContext({
      reducedMotion: 'reduce',
      serviceWorkers: isKept ? 'allow' : 'block',
    });
    onTestFinished(watch(context));
    onTestFinished(() => context.close());
    return context;
  };
  return {
    get browser() {
      return browser;
    },
    newContext,
    open: async (url) => openPage(await newContext(), url),
  };
}

export async function openPage(context: BrowserContext, url = pageUrl): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.getByTestId('files-input').first().waitFor({ state: 'attached' });
  return page;
}

/** Requests that went, or tried to go, anywhere but to this machine's own server. */
export function foreignRequests(requests: readonly string[]): string[] {
  return requests.filter((url) => {
    const { protocol, hostname } = new URL(url);
    return !['data:', 'blob:'].includes(protocol) && hostname !== '127.0.0.1';
  });
}

/** Watches a context; the function that it gives asserts that nothing was amiss. */
export function watch(context: BrowserContext): () => void {
  context.setDefaultTimeout(patienceMs);
  const requests: string[] = [];
  const uncaught: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  context.on('weberror', (error) => uncaught.push(error.error().message));
  return () => {
    expect(foreignRequests(requests)).toEqual([]);
    expect(uncaught).toEqual([]);
    expect(requests).not.toEqual([]);
  };
}
