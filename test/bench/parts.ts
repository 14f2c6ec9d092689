/** The pieces of work that `npm run bench` knows: each measures one round, all its sides one after the other. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AskedArithmetic } from './in-page/arithmetic.ts';
import { hasTorchScript, outsideScript, torchScript, type Lab } from './lab.ts';
import { commandStart, firstPaint, sliderStep } from './page-parts.ts';
import { bound, extractionRow, madeSize, own, probeRow, productRow, type BenchRow } from './row.ts';
import { wholeRun } from './whole-run.ts';

export interface BenchPart {
  name: string;
  round(lab: Lab): Promise<BenchRow[]>;
}

/** More rows of so many classes would take minutes a round. */
const classRows = { 2: Infinity, 17: Infinity, 294: 4_000 };
const fused = 'multiply-adds in registers';

interface FromPython {
  seconds: number;
  bytes: number;
}

function arithmeticOf(lab: Lab, classes = 2): AskedArithmetic {
  const { rows, layers, hidden, threads, device } = lab.sizes;
  return { rows, layers, hidden, classes, threads, device };
}

async function beside(lab: Lab, library: string, asked: AskedArithmetic, what: string): Promise<FromPython | null> {
  if (!lab.hasPython(library)) return null;
  const { rows, layers, hidden, classes, threads } = asked;
  return lab.inPython<FromPython>(outsideScript, [what, rows, layers, hidden, classes, threads]);
}

const products: BenchPart = {
  name: 'products',
  async round(lab) {
    const asked = arithmeticOf(lab);
    const { value: times, bytes } = await lab.withMemory(() => lab.inPage('products', asked));
    const numpy = await beside(lab, 'numpy', asked, 'products');
    const seconds = { [own]: times.products + times.cka + times.distances, [bound]: times.bound };
    return [
      {
        ...productRow(asked, { ...seconds, ...(numpy && { 'numpy.corrcoef': numpy.seconds }) }),
        bound: fused,
        bytes: { [own]: bytes, ...(numpy && { 'numpy.corrcoef': numpy.bytes }) },
      },
    ];
  },
};

const probes: BenchPart = {
  name: 'probes',
  async round(lab) {
    const rows: BenchRow[] = [];
    for (const [classes, most] of Object.entries(classRows)) {
      const all = arithmeticOf(lab, Number(classes));
      const asked = { ...all, rows: Math.min(all.rows, most) };
      const times = await lab.inPage('probes', asked);
      const torch = await beside(lab, 'torch', asked, 'probes');
      const seconds = {
        ...{ [own]: times.probes, [bound]: times.bound },
        ...(torch && { 'PyTorch, without scores': torch.seconds }),
      };
      rows.push({ ...probeRow(asked, seconds), bound: fused });
    }
    return rows;
  },
};

const linkage: BenchPart = {
  name: 'linkage',
  async round(lab) {
    const { layers, hidden } = lab.sizes;
    const neurons = layers * hidden;
    const file = await lab.file('distances.f64', distances(neurons));
    const times = await lab.inPage('linkage', arithmeticOf(lab), [file]);
    const scipy = lab.hasPython('scipy') ? await lab.inPython<FromPython>(outsideScript, ['linkage', file]) : null;
    const seconds = { [own]: times.linkage, ...(scipy && { SciPy: scipy.seconds }) };
    const amount = (neurons * (neurons - 1)) / 2e6;
    return [
      { what: 'average linkage', size: `${neurons.toLocaleString('en')} neurons`, amount, unit: 'M pairs', seconds },
    ];
  },
};

/** 1 − |cosine| of seeded points in 64 dimensions, condensed as SciPy's `pdist`: distances like those of neurons. */
function distances(neurons: number): Float64Array {
  const dimensions = 64;
  let state = 1;
  const points = Float64Array.from({ length: neurons * dimensions }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state;
  });
  for (let at = 0; at < points.length; at += dimensions) {
    const point = points.subarray(at, at + dimensions);
    const norm = Math.hypot(...point);
    point.forEach((value, i) => (point[i] = value / norm));
  }
  const condensed = new Float64Array((neurons * (neurons - 1)) / 2);
  let to = 0;
  for (let a = 0; a < neurons; a++) {
    for (let b = a + 1; b < neurons; b++) {
      let cosine = 0;
      for (let i = 0; i < dimensions; i++) cosine += points[a * dimensions + i] * points[b * dimensions + i];
      condensed[to++] = 1 - Math.abs(cosine);
    }
  }
  return condensed;
}

const selection: BenchPart = {
  name: 'selection',
  async round(lab) {
    const asked = arithmeticOf(lab);
    const seconds = { [own]: (await lab.inPage('selection', asked)).selection };
    const what = 'selection, 3 deltas with and without clusters';
    return [{ what, size: madeSize(asked), amount: 6, unit: 'answers', seconds }];
  },
};

/** Files of the model's folder, not of those below, and texts of the train file. */
async function encoderInputs({ sizes }: Lab): Promise<{ files: string[]; texts: { text: string; pair: null }[] }> {
  const entries = await readdir(sizes.model, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(sizes.model, name));
  const lines = (await readFile(join(sizes.data, 'train.tsv'), 'utf8')).split('\n').slice(1);
  const texts = lines.filter((line) => line !== '').map((line) => ({ text: line.split('\t')[0], pair: null }));
  return { files, texts: texts.slice(0, sizes.encoded) };
}

const tokenizing: BenchPart = {
  name: 'tokenizing',
  async round(lab) {
    const { files, texts } = await encoderInputs(lab);
    const { device, threads, model } = lab.sizes;
    const { tokenizing: spent } = await lab.inPage('tokenizing', { texts, device, threads }, files);
    const seconds: BenchRow['seconds'] = { [own]: spent };
    const tokenizer = join(model, 'tokenizer.json');
    if (lab.hasPython('tokenizers') && files.includes(tokenizer)) {
      const file = await lab.file('texts.json', JSON.stringify(texts));
      seconds.tokenizers = (await lab.inPython<FromPython>(outsideScript, ['tokenizing', tokenizer, file])).seconds;
    }
    const size = `${texts.length.toLocaleString('en')} rows`;
    return [{ what: 'tokenising', size, amount: texts.length, unit: 'rows', seconds }];
  },
};

const extraction: BenchPart = {
  name: 'extraction',
  async round(lab) {
    const { files, texts } = await encoderInputs(lab);
    const { device, threads, model, data, task } = lab.sizes;
    const times = await lab.inPage('extraction', { texts, device, threads }, files);
    const seconds: BenchRow['seconds'] = { [own]: times.extraction, [bound]: times.bound };
    if (hasTorchScript && lab.hasPython('torch', 'transformers', 'tokenizers')) {
      const rows = ['--model', model, '--data', data, '--task', task, '--rows', texts.length];
      for (const style of ['published', 'best'] as const) {
        const found = await lab.inPython<{ seconds: number }>(torchScript, ['extract', ...rows, '--style', style]);
        seconds[`PyTorch, ${style === 'best' ? 'at its best' : 'as published'}`] = found.seconds;
      }
    }
    return [{ ...extractionRow(texts.length, seconds), bound: 'ONNX Runtime, same batches' }];
  },
};

const storage: BenchPart = {
  name: 'storage',
  async round(lab) {
    const { layers, hidden } = lab.sizes;
    const rows = Math.min(lab.sizes.rows, 20_000);
    const times = await lab.inPage('storage', { rows, layers, hidden });
    const facts = {
      ...{ size: madeSize({ rows, layers, hidden }), bound: 'a copy in memory' },
      ...{ amount: (rows * layers * hidden * 4) / 1e6, unit: 'MB' },
    };
    return (['writing', 'reading'] as const).map((what) => ({
      what: `storage, ${what}`,
      ...facts,
      seconds: { [own]: times[what], [bound]: times.bound },
    }));
  },
};

/** The same of ever more rows; what grows in step with them has one throughput. */
const growth: BenchPart = {
  name: 'growth',
  async round(lab) {
    const found: BenchRow[] = [];
    for (const rows of lab.sizes.growth) {
      const asked = { ...arithmeticOf(lab), rows };
      const { value: times, bytes } = await lab.withMemory(() => lab.inPage('growth', asked));
      for (const stage of ['filling', 'probes', 'products', 'selection'] as const) {
        const what = `${stage === 'selection' ? 'selection, a size' : stage} of ${rows.toLocaleString('en')} rows`;
        const facts = { what, size: madeSize(asked), amount: rows, unit: 'rows', bytes: { [own]: bytes } };
        found.push({ ...facts, seconds: { [own]: times[stage] } });
      }
    }
    return found;
  },
};

const page: BenchPart = {
  name: 'page',
  round: async (lab) => [await firstPaint(lab), await sliderStep(lab), await commandStart(lab)],
};

export const benchParts: readonly BenchPart[] = [
  ...[products, probes, linkage, selection, tokenizing, extraction, storage, page],
  growth,
  { name: 'pipeline', round: wholeRun },
];
