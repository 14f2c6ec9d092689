/**
 * What the example of a study runs on: three models of the tests (random, of 3 layers × 32 neurons or so) and made data of four
 * tasks, in GLUE's layouts. The same bytes each time. Usage: node --import tsx study/example.ts FOLDER
 */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Mt19937 } from '../src/base/random.ts';

const models = ['bert', 'distilbert', 'xlnet'];
const modelFiles = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
const rows = { train: 400, dev: 150 };

const random = new Mt19937(7361);
const draw = <T>(list: readonly T[]): T => random.choice(list);
const isOnce = (perCent: number): boolean => random.interval(99) < perCent;

const things = ['film', 'book', 'song', 'day', 'house', 'story'];
const good = ['good', 'fine', 'great', 'new'];
const bad = ['bad', 'dull', 'old', 'poor'];

function sentence(isGood: boolean): string {
  return `the ${draw(things)} is ${draw(isGood ? good : bad)} and the ${draw(things)} is ${draw([...good, ...bad])}`;
}

/** Lines of a task's file. */
const tasks: Record<string, { header: string[] | null; row: (place: number) => string[] }> = {
  'sst-2': {
    header: ['sentence', 'label'],
    row: () => {
      const isGood = isOnce(50);
      return [sentence(isGood), isGood ? '1' : '0'];
    },
  },
  cola: {
    header: null,
    row: (place) => {
      const isWhole = isOnce(60);
      const words = sentence(true).split(' ');
      return [`made${place}`, isWhole ? '1' : '0', isWhole ? '' : '*', (isWhole ? words : words.reverse()).join(' ')];
    },
  },
  rte: {
    header: ['index', 'sentence1', 'sentence2', 'label'],
    row: (place) => {
      const [isGood, follows] = [isOnce(50), isOnce(50)];
      const second = `it is ${draw(isGood === follows ? good : bad)}`;
      return [String(place), sentence(isGood), second, follows ? 'entailment' : 'not_entailment'];
    },
  },
  'sts-b': {
    header: ['index', 'genre', 'filename', 'year', 'old', 'source1', 'source2', 'sentence1', 'sentence2', 'score'],
    row: (place) => {
      const words = sentence(isOnce(50)).split(' ');
      const kept = words.map((word) => (isOnce(50) ? word : draw(things)));
      const same = kept.filter((word, at) => word === words[at]).length;
      const score = ((5 * same) / words.length).toFixed(3);
      return [String(place), 'made', 'made', '2026', '0', 'made', 'made', words.join(' '), kept.join(' '), score];
    },
  },
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder that the example goes into.');
for (const model of models) {
  await mkdir(join(folder, 'models', model), { recursive: true });
  for (const name of modelFiles)
    await cp(join('test/fixtures/models', model, name), join(folder, 'models', model, name));
}
for (const [task, { header, row }] of Object.entries(tasks)) {
  await mkdir(join(folder, 'data', task), { recursive: true });
  for (const [part, count] of Object.entries(rows)) {
    const lines = [...(header ? [header] : []), ...Array.from({ length: count }, (_, place) => row(place))];
    await writeFile(join(folder, 'data', task, `${part}.tsv`), lines.map((cells) => `${cells.join('\t')}\n`).join(''));
  }
}
