/** Before the end-to-end tests: the page as it will be shipped, built if need be and served for all of them. */
import type { TestProject } from 'vitest/node';
import { servePage } from '../../headless/serve.ts';
import buildPage from './build-page.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the built page; ends in a slash. */
    pageUrl: string;
  }
}

export default async function serveBuiltPage(project: TestProject): Promise<() => Promise<void>> {
  const removeCommands = await buildPage(project);
  const { url, close } = await servePage(0);
  project.provide('pageUrl', url);
  return async () => {
    await close();
    removeCommands();
  };
}
