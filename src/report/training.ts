/** How the probes learned: how long they were trained in words, and their losses by epoch as a figure. */
import type { RunFile } from '../run/run-file.ts';
import type { TrainingCurves } from '../run/training.ts';
import {
  curveChart,
  curveTable,
  figureId,
  type Curve,
  type CurveChart,
  type CurvePoint,
  type Figure,
  type LegendEntry,
} from './chart.ts';
import { counted, integer } from './format.ts';

type ProbeCurve = TrainingCurves['oracle'];

/** "10 epochs", or when training stops. */
export function trainingText({ options: { epochs, patience } }: Pick<RunFile, 'options'>): string {
  if (patience === undefined) return counted(epochs, 'epoch');
  return `until the dev loss has hardly fallen for ${counted(patience, 'epoch')}, at most ${counted(epochs, 'epoch')}`;
}

/** None in files that do not hold the losses. @param index place of the result among those on screen. */
export function trainingFigures(run: RunFile, title: string, stem: string, index: number): Figure[] {
  if (!run.training) return [];
  const chart = trainingChart(run.training, `Losses by epoch of ${title}. ${trainingFinding(run)}`);
  const parts = run.training.oracle.dev
    ? 'Mean loss on train (with the penalties) and on dev (without)'
    : 'Mean loss on train, with the penalties';
  const figure = {
    id: figureId('training', index),
    title: 'Loss by epoch',
    description: `${parts}, over the seeds as far as all were trained. ${trainingFinding(run)}`,
    ...{ chart, table: curveTable(chart), stem: `${stem}-training` },
  };
  return [figure];
}

/** Which epochs were best, and whether more might have been better. */
export function trainingFinding({ training, options: { epochs, patience } }: RunFile): string {
  if (!training || patience === undefined) return '';
  const { best } = training.oracle;
  const [least, most] = [Math.min(...best), Math.max(...best)];
  const where = least === most ? `epoch ${integer(most)}` : `epochs ${integer(least)}–${integer(most)}`;
  const limited = [training.oracle, ...training.layers].filter((curve) => curve.best.includes(epochs)).length;
  const were = limited === 1 ? 'One of these probes was' : `${integer(limited)} of these probes were`;
  const limit = ` ${were} still getting better when training ended at the limit of ${counted(epochs, 'epoch')}.`;
  return `The best weights of the full probe are of ${where}.${limited > 0 ? limit : ''}`;
}

function trainingChart({ oracle, layers }: TrainingCurves, label: string): CurveChart {
  const lowest = (curve: ProbeCurve) => Math.min(...pointsOf(curve.dev ?? curve.train).map(({ y }) => y));
  const best = layers.reduce((found, curve, layer) => (lowest(curve) < lowest(layers[found]) ? layer : found), 0);
  const others = layers.flatMap((curve, layer) => (layer === best ? [] : lossCurves(curve, `layer ${layer}`, 'faint')));
  const named = [...lossCurves(oracle, 'all layers', 0), ...lossCurves(layers[best], `layer ${best}`, 1)];
  // Behind the others: what is drawn last lies on top.
  const curves = [...others.filter(({ dashed }) => !dashed), ...named];
  const points = pointsOf(oracle.dev ?? []);
  const spots = [...new Set(oracle.best)].flatMap((epoch) => {
    const point = points.find(({ x }) => x === epoch);
    return point ? [{ title: '', x: epoch, y: point.y }] : [];
  });
  const legend: LegendEntry[] = [
    ...named.map(({ title, tone, dashed }): LegendEntry => {
      return { title, tone, sample: 'curve', line: dashed ? 'dashed' : 'solid' };
    }),
    ...(others.length > 0 ? [{ title: 'other layers', tone: 'faint', sample: 'curve' } as const] : []),
    ...(spots.length > 0 ? [{ title: 'best epoch of all layers', tone: 'ink', sample: 'ring' } as const] : []),
  ];
  const axes = { xTitle: 'epoch', yTitle: 'mean loss', scale: 'linear', unit: 'decimal' } as const;
  return curveChart({ label, ...axes, curves, legend, spots, height: 220 }, [0, Infinity]);
}

/** Dev whole and train dashed; train whole where that is all there is. */
function lossCurves({ train, dev }: ProbeCurve, title: string, tone: Curve['tone']): Curve[] {
  const own = { tone, dots: false };
  if (!dev) return [{ ...own, title: `${title}, train`, dashed: false, points: pointsOf(train) }];
  return [
    { ...own, title: `${title}, dev`, dashed: false, points: pointsOf(dev) },
    { ...own, title: `${title}, train`, dashed: true, points: pointsOf(train) },
  ];
}

/** Mean and deviation over seeds of the epochs that all were trained for. */
function pointsOf(seeds: readonly (readonly number[])[]): CurvePoint[] {
  const length = Math.min(...seeds.map((losses) => losses.length));
  if (!Number.isFinite(length)) return [];
  return Array.from({ length }, (_, epoch) => {
    const values = seeds.map((losses) => losses[epoch]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { x: epoch + 1, y: mean, deviation: Math.sqrt(square) };
  });
}
