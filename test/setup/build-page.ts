/** Before the end-to-end tests: the page as it will be shipped, built once. */
import { buildIfNeeded } from '../../headless/build.ts';

export default function buildPage(): Promise<void> {
  return buildIfNeeded((line) => process.stderr.write(`${line}\n`));
}
