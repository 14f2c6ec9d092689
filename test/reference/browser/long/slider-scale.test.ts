/**
 * The slider on c at the size of the paper's models, in the whole page: 13 layers of 768 neurons and a dendrogram of all
 * 9,984. Every step has to show the clusters, sizes and windows of its own threshold; how long that takes is written down,
 * not judged: milliseconds from the input event to the frame after the one that draws it.
 */
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { clusterCounts, clustersAt, type Dendrogram } from '../../../../src/redundancy/clusters.ts';
import { windows } from '../../../../src/redundancy/windows.ts';
import { integer } from '../../../../src/report/format.ts';
import type { LayerScores, RunFile } from '../../../../src/run/run-file.ts';
import { drop, forgetEverything, openPage, textFile } from '../../../browser/ui/page.ts';
import { neuronRun, sampleRun, splitScores } from '../../../browser/ui/samples.ts';

const shape = { layers: 13, hidden: 768 };
const width = shape.layers * shape.hidden;

/** Clusters drawn two at a time by a seed, at ascending heights: most neurons find others late, as those of a model do. */
function dendrogramOfAll(): Dendrogram {
  const live = Array.from({ length: width }, (_, neuron) => neuron);
  const leaves = new Map(live.map((cluster) => [cluster, 1]));
  const linkage = new Float64Array((width - 1) * 4);
  let state = 1;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const [cluster] = live.splice(state % live.length, 1);
    return cluster;
  };
  for (let merge = 0; merge < width - 1; merge++) {
    const [x, y] = [draw(), draw()].sort((a, b) => a - b);
    const size = leaves.get(x)! + leaves.get(y)!;
    linkage.set([x, y, ((merge + 1) / width) ** 0.5, size], merge * 4);
    leaves.set(width + merge, size);
    live.push(width + merge);
  }
  return { width, neurons: Int32Array.from({ length: width }, (_, neuron) => neuron), constantNeurons: 0, linkage };
}

function wideRun(tree: Dendrogram): RunFile {
  const run = sampleRun('wide');
  const count = shape.layers;
  const scores: LayerScores[] = Array.from({ length: count }, (_, layer) => ({ layer, ...splitScores(0.8) }));
  const cka = Array.from({ length: count }, () => new Array<number>(count).fill(0.5));
  const ordering = Array.from({ length: width }, (_, i) => width - 1 - i);
  const neurons = ordering.slice(0, 49).map((neuron) => ({
    layer: Math.floor(neuron / shape.hidden),
    index: neuron % shape.hidden,
  }));
  const labels = [...clustersAt(tree, 0.3)];
  const [small] = neuronRun('wide').selection!;
  return {
    ...run,
    model: { ...run.model, layers: count - 1, hidden: shape.hidden },
    layers: { individual: scores, concatenated: scores },
    cka: { biased: cka, debiased: cka },
    clustering: [
      {
        threshold: 0.3,
        clusters: Math.max(...labels),
        labels,
        representatives: [...new Map(labels.map((label, neuron) => [label, neuron])).values()],
        constantNeurons: 0,
        windows: windows(Int32Array.from(labels), shape),
        ...splitScores(0.89),
      },
    ],
    selection: [
      {
        ...small,
        topLayer: count - 1,
        ordering,
        cutoffs: [width],
        sizes: [{ neurons: width, ...splitScores(0.89) }],
        minimalSet: { size: neurons.length, neurons, ...splitScores(0.885) },
      },
    ],
  };
}

function afterNextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}

test('each step of c shows its own clusters, sizes and windows', async ({ annotate }) => {
  await forgetEverything();
  const tree = dendrogramOfAll();
  const session = await openPage();
  drop(textFile('train.tsv'));
  await page.getByTestId('run').click();
  await expect.poll(() => session.requests.length).toBe(1);
  session.say({ kind: 'clusters', live: { ...shape, linkage: tree.linkage, neurons: tree.neurons } });
  session.finish(wideRun(tree));
  await expect.element(page.getByTestId('figure-cluster-map')).toBeVisible();
  for (const figure of ['windows', 'cluster-sizes']) {
    await page.getByTestId(`figure-${figure}`).getByRole('button', { name: 'Table' }).click();
  }
  const slider = page.getByTestId('threshold').element() as HTMLInputElement;
  const section = page.getByTestId('section-clusters').element();
  const column = (figure: string): number[] =>
    [...page.getByTestId(`figure-${figure}`).element().querySelectorAll('tbody tr')].map((row) =>
      Number(row.children[1]?.textContent?.replaceAll(/\D/g, '')),
    );

  const took: number[] = [];
  for (let percent = 5; percent <= 95; percent += 2) {
    const threshold = percent / 100;
    const start = performance.now();
    slider.value = String(threshold);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await afterNextFrame();
    took.push(performance.now() - start);
    const [clusters] = clusterCounts(tree, [threshold]);
    expect(section.textContent).toContain(`form ${integer(clusters)} cluster`);
    expect(column('windows')).toEqual(windows(clustersAt(tree, threshold), shape).map((one) => one.clusters));
    expect(column('cluster-sizes').reduce((sum, count) => sum + count, 0)).toBe(clusters);
  }
  const sorted = took.sort((a, b) => a - b).map(Math.round);
  const middle = sorted[sorted.length >> 1];
  await annotate(`${took.length} steps: median ${middle} ms, longest ${sorted.at(-1)} ms`);
});
