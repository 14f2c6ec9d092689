/** What a person waits for: the start screen, and a result that follows a slider. */
import type { Page } from 'playwright';
import { servePage } from '../../headless/serve.ts';
import type { Lab } from './lab.ts';
import { own, type BenchRow } from './row.ts';

const viewport = { width: 1280, height: 900 };

/** The built page as somebody meets it who has never been here. */
async function visit<T>(lab: Lab, work: (page: Page) => Promise<T>): Promise<T> {
  const served = await servePage(0);
  const page = await lab.newVisitor({ viewport });
  try {
    await page.goto(served.url);
    return await work(page);
  } finally {
    await page.context().close();
    await served.close();
  }
}

/** From a first visit, with nothing kept, until Chrome has drawn the first content. */
export async function firstPaint(lab: Lab): Promise<BenchRow> {
  const ms = await visit(lab, async (page) => {
    await page.getByTestId('open-demo').waitFor();
    return page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime);
  });
  return { what: 'first paint', size: 'built page', amount: 1, unit: 'pages', seconds: { [own]: ms / 1000 } };
}

const steps = 10;

/** Mean from a key on a slider until the frame that follows it is drawn. */
export async function sliderStep(lab: Lab): Promise<BenchRow> {
  const ms = await visit(lab, async (page) => {
    await page.getByTestId('open-demo').click();
    const slider = page.getByTestId('delta-layers');
    await slider.scrollIntoViewIfNeeded();
    await slider.focus();
    let all = 0;
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
      all += await drawn;
    }
    return all / steps;
  });
  return { what: 'slider, a step', size: 'demo’s result', amount: 1, unit: 'steps', seconds: { [own]: ms / 1000 } };
}

/** From the command until the page in its headless browser answers; the build is there. */
export async function commandStart(lab: Lab): Promise<BenchRow> {
  const start = performance.now();
  const ms = await lab.command([], async (page) => {
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
