/** What a person waits for: the start screen, and a result that follows a slider. */
import { withPage } from '../../headless/drive.ts';
import { servePage } from '../../headless/serve.ts';
import type { Lab } from './lab.ts';
import { own, type BenchRow } from './row.ts';

const viewport = { width: 1280, height: 900 };

/** From a first visit, with nothing kept, until Chrome has drawn the first content. */
export async function firstPaint(lab: Lab): Promise<BenchRow> {
  const served = await servePage(0);
  const page = await lab.newVisitor({ viewport });
  try {
    await page.goto(served.url);
    await page.getByTestId('open-demo').waitFor();
    const ms = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
    return { what: 'first paint', size: 'built page', amount: 1, unit: 'pages', seconds: { [own]: ms / 1000 } };
  } finally {
    await page.context().close();
    await served.close();
  }
}

const steps = 10;

/** Mean from a key on a slider until the frame that follows it is drawn, by Chrome's own event timing. */
export async function sliderStep(lab: Lab): Promise<BenchRow> {
  const served = await servePage(0);
  const page = await lab.newVisitor({ viewport });
  try {
    await page.goto(served.url);
    await page.getByTestId('open-demo').click();
    const slider = page.getByTestId('delta-layers');
    await slider.scrollIntoViewIfNeeded();
    await slider.focus();
    let ms = 0;
    for (let step = 0; step < steps; step++) {
      const drawn = page.evaluate(async () => {
        const key = await new Promise<number>((resolve) => {
          addEventListener('keydown', ({ timeStamp }) => resolve(timeStamp), { once: true, capture: true });
        });
        // Behind the frame that the key's answer is drawn in.
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return performance.now() - key;
      });
      await page.waitForTimeout(50);
      await slider.press(step % 2 === 0 ? 'ArrowRight' : 'ArrowLeft');
      ms += await drawn;
    }
    const seconds = { [own]: ms / steps / 1000 };
    return { what: 'slider, a step', size: 'demo’s result', amount: 1, unit: 'steps', seconds };
  } finally {
    await page.context().close();
    await served.close();
  }
}

/** From the command until the page in its headless browser answers; the build is there. */
export async function commandStart({ sizes: { device } }: Lab): Promise<BenchRow> {
  const drive = { device, cache: null, inputs: [], report: () => undefined, signal: new AbortController().signal };
  const start = performance.now();
  const ms = await withPage(drive, async (page) => {
    await page.inspect({});
    return performance.now() - start;
  });
  return {
    what: 'command line, start',
    size: 'page answers',
    amount: 1,
    unit: 'starts',
    seconds: { [own]: ms / 1000 },
  };
}
