/** The script of one of ONNX Runtime's threads does not come: the runtime waits for ever, the run half a minute. */
import { expect, onTestFinished, test } from 'vitest';
import { ownInputs } from '../e2e/cli-process.ts';
import { useBrowser } from '../e2e/support/browser.ts';
import { startHost } from '../e2e/support/host.ts';
import { filesIn, give, wholeRun } from '../e2e/support/page.ts';

const { open } = useBrowser();

test('a run on threads of which one is not there at first', async () => {
  // The glue is imported first; a thread starts from the same file.
  let failed = 0;
  const stumbles = (name: string, times: number): boolean => {
    const fails = /^ort.+\.mjs$/.test(name) && times === 2;
    failed += Number(fails);
    return fails;
  };
  const host = await startHost({ isolated: true, stumbles });
  onTestFinished(() => host.close());
  const page = await open(host.url);
  const { model, data } = await ownInputs();
  await give(page, await filesIn(model, data));
  await page.getByTestId('as-in-paper').click();
  await wholeRun(page);
  expect(failed).toBe(1);
});
