/**
 * What is published of a run: a marked text in every place that a run file has for one, by its schema, and none of them in
 * what is published but where its kind was chosen.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  checkPublication,
  firstPublication,
  longestNote,
  publicationId,
  type Publication,
} from '../../src/publication/publication.ts';
import { publishedList, publishedRun, publishedRuns } from '../../src/publication/run.ts';
import { revealedKinds, textRules, type RevealedKind } from '../../src/publication/run-texts.ts';
import { analysisOfRun } from '../../src/report/analysis.ts';
import type { NeuronRow } from '../../src/measures/neuron-rows/field.ts';
import type { ReducedMeasurement } from '../../src/run/reduced.ts';
import { checkRun, parseRun, type RunFile } from '../../src/run/run-file.ts';
import { runSchema } from '../../src/run/schema.ts';
import { stageNames } from '../../src/run/stage.ts';
import { stagesFor } from '../../src/session/stages/stage-table.ts';
import { errorOf } from '../fixtures/errors.ts';
import { madeTiming } from './made-timing.ts';

const demo = join(import.meta.dirname, '../../public/demo/reviews/result.json');
const stored = parseRun(readFileSync(demo, 'utf8'), 'result.json');

/** Every place of a text in the schema, by path; `closed`: one of a list of Winnow's own words, or a record's key. */
function textPlaces(schema: v.GenericSchema, path = ''): { path: string; closed: boolean }[] {
  const any = schema as unknown as {
    type: string;
    entries?: Record<string, v.GenericSchema>;
    item?: v.GenericSchema;
    value?: v.GenericSchema;
    wrapped?: v.GenericSchema;
    options?: v.GenericSchema[];
    pipe?: v.GenericSchema[];
    literal?: unknown;
    getter?: (value: unknown) => v.GenericSchema;
  };
  const under = (key: string): string => (path === '' ? key : `${path}.${key}`);
  switch (any.type) {
    case 'object':
      return Object.entries(any.entries!).flatMap(([key, entry]) => textPlaces(entry, under(key)));
    case 'array':
      return textPlaces(any.item!, under('*'));
    case 'record':
      return textPlaces(any.value!, under('*'));
    case 'optional':
    case 'nullable':
      return textPlaces(any.wrapped!, path);
    case 'union':
      return any.options!.flatMap((option) => textPlaces(option, path));
    case 'lazy':
      return textPlaces(any.getter!(['no number']), path);
    case 'string':
      return [{ path, closed: false }];
    case 'picklist':
      return [{ path, closed: true }];
    case 'literal':
      return typeof any.literal === 'string' ? [{ path, closed: true }] : [];
    case 'number':
    case 'boolean':
      return [];
    default:
      throw new Error(`${path}: the test knows no schema of the type ${any.type}`);
  }
}

const places = textPlaces(runSchema).filter(({ path }) => !path.startsWith('verdict.'));

/** What the rule says of a place, or of a field around it. */
function ruleOf(path: string) {
  const steps = path.split('.');
  const paths = steps.map((_, index) => steps.slice(0, index + 1).join('.'));
  return paths.map((each) => textRules[each]).find((rule) => rule !== undefined);
}

const device = { backend: 'webgpu', adapter: 'Adapter', threads: 4, browser: 'Browser' } as const;

const times = madeTiming({ full: [2], cut: [1] });
/** Of as many layers as the demo's model has. */
const timing = {
  ...times,
  device,
  encoder: {
    ...times.encoder!,
    series: times.encoder!.series.map((series) => ({
      ...series,
      depths: Array.from({ length: stored.model.layers + 1 }, (_, layers) => ({ ...series.depths[0], layers })),
    })),
  },
};

const withPairAndWords = (row: NeuronRow): NeuronRow => ({
  ...row,
  pair: 'second text',
  words: { at: 0, list: [{ word: 'word', value: 1 }] },
});

/** Of these classes. */
function renamed({ differences, ...measurement }: ReducedMeasurement): ReducedMeasurement {
  const name = (label: string | number) => (label === '0' ? 'bad' : 'good');
  const first = differences!.first.map(({ row, label, reduced, full }) => ({
    ...{ row, label: name(label), reduced: name(reduced), full: name(full) },
  }));
  return { ...measurement, device, differences: { ...differences!, first } };
}

/** The demo's run with a value in every field that a run can have. */
const full: RunFile = checkRun(
  {
    ...stored,
    options: { ...stored.options, aggregation: 'last', sentenceToken: 'first' },
    model: {
      ...stored.model,
      ...{ otherWeights: ['other.bin'], encoders: ['encoder', 'decoder'], adapter: 'adapter.safetensors' },
    },
    data: {
      ...stored.data,
      task: 'classification',
      labels: ['bad', 'good'],
      columns: { text: 'sentence', pair: 'other', label: 'label', others: ['toxic'] },
    },
    device,
    topWords: [{ neuron: 3, words: [{ word: 'fine', count: 2, mean: 1, strength: 1 }] }],
    neuronRows: {
      split: 'test',
      neurons: stored.neuronRows!.neurons.map((neuron) => ({
        ...neuron,
        highest: neuron.highest.map(withPairAndWords),
        lowest: neuron.lowest.map(withPairAndWords),
      })),
    },
    timing,
    predictions: { rows: 3, sha256: 'ab'.repeat(32), width: 1, labels: 'AAEB', predicted: ['AAEA'] },
    testRows: { sha256: 'cd'.repeat(32), kept: 'ef'.repeat(32) },
    reduced: stored.reduced!.flatMap((entry) => [
      { ...entry, measurement: renamed(entry.measurement) },
      { ...entry, name: 'second', measurement: { ...renamed(entry.measurement), fineTuned: { why: 'No head.' } } },
    ]),
  },
  'full',
);

const mark = 'Zq7';

/** Base64 and hashes that the check of run files holds to their form. */
const coded = /\.(?:weight|bias)$|^(?:predictions|testRows)\./;

/** With a mark and its path in every text that the check of run files does not hold to a list. */
function marked(value: unknown, path = ''): unknown {
  if (typeof value === 'string') {
    const place = places.find((each) => each.path === path);
    const isFloats = coded.test(path);
    return place?.closed === false && !isFloats ? `${mark}(${path})` : value;
  }
  if (Array.isArray(value)) return value.map((entry) => marked(entry, `${path}.*`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, marked(field, path === '' ? key : `${path}.${key}`)]),
  );
}

/** Classes have to differ. */
const everywhere = ((): RunFile => {
  const run = marked(full) as RunFile;
  const labels = run.data.labels.map((text, index) => `${text}${index}`);
  return checkRun({ ...run, data: { ...run.data, labels } }, 'marked');
})();

function marksIn(run: RunFile): string[] {
  const found = JSON.stringify(run).matchAll(/Zq7\(([\w.*]+)\)/g);
  return [...new Set([...found].map(([, path]) => path))].sort();
}

describe('the texts of a run', () => {
  test('every place of the schema has a rule, and no rule is of a place that is none', () => {
    expect(places.length).toBeGreaterThan(60);
    expect(places.filter(({ path }) => ruleOf(path) === undefined)).toEqual([]);
    const isPlace = (rule: string): boolean => places.some(({ path }) => path === rule || path.startsWith(`${rule}.`));
    expect(Object.keys(textRules).filter((rule) => !isPlace(rule))).toEqual([]);
  });

  test('no text is called Winnow’s own that a file could hold anything in', () => {
    const open = places.filter(({ path, closed }) => !closed && textRules[path] === 'own').map(({ path }) => path);
    // Base64 of as many numbers as the model needs, and only where probes were chosen.
    expect(open.filter((path) => !/[pP]robe\.(?:weight|bias)$/.test(path))).toEqual([]);
    expect(open.map((path) => ruleOf(path))).toEqual(open.map(() => ({ kind: 'probes' })));
  });

  test('the marked run has a mark in every place', () => {
    const free = places.filter(({ path, closed }) => !closed && !coded.test(path));
    expect(free.length).toBeGreaterThan(30);
    const all = marksIn(everywhere);
    expect(free.filter(({ path }) => !all.includes(path))).toEqual([]);
  });

  test('none is published unless it was chosen', () => {
    expect(marksIn(publishedRun(everywhere, []))).toEqual([]);
  });

  test.each(revealedKinds.filter((kind) => kind !== 'probes'))(
    '%s are published where chosen, and no others',
    (kind) => {
      const found = marksIn(publishedRun(everywhere, [kind]));
      expect(found.length).toBeGreaterThan(0);
      // The verdict names what is published of model and classes.
      for (const path of found) expect(ruleOf(path)).toMatchObject({ kind });
    },
  );

  test('predictions and what tells test rows are published with the hashes, and not without', () => {
    expect(publishedRun(full, []).predictions).toBeUndefined();
    expect(publishedRun(full, []).testRows).toBeUndefined();
    expect(publishedRun(full, ['hashes'])).toMatchObject({ predictions: full.predictions, testRows: full.testRows });
  });

  test('probes are published where chosen', () => {
    const [without, having] = [publishedRun(full, []), publishedRun(full, ['probes'])];
    expect([without.oracleProbe, without.selection?.[0].minimalSet.probe]).toEqual([undefined, undefined]);
    expect(having.oracleProbe).toEqual(full.oracleProbe);
    expect(having.selection?.[0].minimalSet.probe).toEqual(full.selection?.[0].minimalSet.probe);
  });

  test('with all chosen the run is what it was, times in their canonical form', () => {
    expect(publishedRun(stored, revealedKinds)).toEqual(stored);
  });

  test('every number stays', () => {
    const published = publishedRun(full, []);
    const numbers = (run: RunFile) => {
      const { topWords, neuronRows, oracleProbe, predictions, labels, ...analysis } = {
        ...analysisOfRun(run),
        oracleProbe: null,
      };
      expect([topWords, neuronRows, oracleProbe, predictions].every((field) => field === null || run === full)).toBe(
        true,
      );
      return JSON.stringify({ ...analysis, labels: labels.length }, (key, value: unknown) =>
        key === 'probe' || key === 'device' ? undefined : value,
      );
    };
    expect(numbers(published)).toBe(numbers(full));
    expect(published.reduced).toHaveLength(2);
    expect(published.verdict).toMatchObject({ kind: full.verdict!.kind, answer: full.verdict!.answer });
    expect(published.verdict!.sentence).toContain('Classification with a model');
  });

  test('classes are numbered in the order of their names, a task’s own keep theirs', () => {
    const labels = Array.from({ length: 12 }, (_, index) => `label ${String(index).padStart(2, '0')}`);
    const many = { ...full, data: { ...full.data, labels } };
    const bare = { ...many, oracleProbe: undefined, selection: [], maxFeatures: undefined };
    expect(publishedRun(bare, []).data.labels.slice(0, 2)).toEqual(['class 01', 'class 02']);
    expect(publishedRun(stored, []).data.labels).toEqual(['0', '1']);
  });

  test('every stage of a run keeps its name', () => {
    const occasion = {
      protocol: 'refined',
      classes: 2,
      words: true,
      texts: true,
      shortened: true,
      timing: true,
      leftOut: [],
    } as const;
    const names = stagesFor(occasion).map(({ name }) => name);
    expect([...stageNames].sort()).toEqual(names.sort());
    expect(publishedRun(stored, []).timings).toEqual(stored.timings);
  });
});

describe('the list of what will be published', () => {
  test('has every kind with its count, and which of them will be there', () => {
    const list = publishedList([full], ['words']);
    expect(list.map(({ kind }) => kind)).toEqual([...revealedKinds]);
    expect(list.filter(({ isPublished }) => isPublished).map(({ kind }) => kind)).toEqual(['words']);
    const of = (kind: RevealedKind) => list.find((part) => part.kind === kind)!;
    expect(of('labels')).toMatchObject({ count: 2, examples: ['bad', 'good'] });
    expect(of('hashes')).toMatchObject({ count: 8 });
    expect(of('words')).toMatchObject({ count: 1, examples: ['fine'] });
    expect(of('probes').examples).toEqual([]);
    expect(of('probes').count).toBe(1 + full.selection!.length + (full.maxFeatures ? 1 : 0));
    expect(of('texts').examples[0]).toBe(full.neuronRows!.neurons[0].highest[0].text);
  });

  test('counts equal texts of several runs once, and says nothing of what is in none', () => {
    expect(publishedList([full, full], [])).toEqual(
      publishedList([full], []).map((part) => (part.kind === 'probes' ? { ...part, count: 2 * part.count } : part)),
    );
    expect(publishedList([stored], []).map(({ kind }) => kind)).not.toContain('words');
    expect(publishedList([stored], []).map(({ kind }) => kind)).not.toContain('labels');
  });
});

describe('a publication', () => {
  const good = firstPublication('My result');

  test('comes back as it was written', () => {
    expect(checkPublication(JSON.parse(JSON.stringify(good)), 'x')).toEqual(good);
    expect(good).toMatchObject({
      id: 'my-result',
      revealed: [],
      sections: expect.arrayContaining(['made']) as unknown,
    });
  });

  test.each<[string, unknown]>([
    ['describes nothing', null],
    ['describes nothing', []],
    ['describes nothing', { ...good, format: 'winnow-run' }],
    ['at version', { ...good, version: 0 }],
    ['at id', { ...good, id: '../up' }],
    ['at id', { ...good, id: 'CON' }],
    ['at id', { ...good, id: 'con' }],
    ['at id', { ...good, id: 'a'.repeat(41) }],
    ['at id', { ...good, id: '' }],
    ['at title', { ...good, title: ' ' }],
    ['at title', { ...good, title: 'a\nb' }],
    ['at title', { ...good, title: 'a'.repeat(201) }],
    ['at note', { ...good, note: 'a'.repeat(longestNote + 1) }],
    ['at note', { ...good, note: 7 }],
    ['at sections', { ...good, sections: ['layers', 'layers'] }],
    ['at sections.0', { ...good, sections: ['all'] }],
    ['at opensIn', { ...good, opensIn: 'fullscreen' }],
    ['at revealed.1', { ...good, revealed: ['texts', 'everything'] }],
  ])('%s: refused (%#)', async (where, value) => {
    const found = await errorOf(Promise.resolve().then(() => checkPublication(value, 'page.json')));
    expect(found).toMatchObject({ code: 'bad-file', message: expect.stringContaining(where) as string });
  });

  test('of a newer Winnow is refused with advice', async () => {
    const found = await errorOf(Promise.resolve().then(() => checkPublication({ ...good, version: 2 }, 'page.json')));
    expect(found.code).toBe('newer-version');
  });

  test.each([
    ['../../etc/passwd', 'etc-passwd'],
    ['</script><script>alert(1)</script>', 'script-script-alert-1-script'],
    ['=cmd|calc', 'cmd-calc'],
    ['CON', 'result'],
    ['com1', 'result'],
    ['\u202eevil', 'evil'],
    ['Élan vital', 'elan-vital'],
    ['日本', 'result'],
    ['a'.repeat(500), 'a'.repeat(35)],
  ])('an id made of %j is a folder’s name', (title, id) => {
    expect(publicationId(title)).toBe(id);
    const record: Publication = firstPublication(title, [id]);
    expect(record.id).toBe(`${id}-2`);
    expect(checkPublication(record, 'x')).toEqual(record);
  });
});

test('a title that is too long ends with a whole character', () => {
  expect(firstPublication(`x${'\u{1f600}'.repeat(200)}`).title).toBe(`x${'\u{1f600}'.repeat(99)}`);
});

describe('runs that are published together', () => {
  const other = checkRun({ ...full, model: { ...full.model, sha256: 'ee'.repeat(32) } }, 'other');

  test('are told apart as before by marks that are no hashes, and new each time', async () => {
    const [first, same, third] = await publishedRuns([full, full, other], []);
    expect(first.model.sha256).toMatch(/^not published \([0-9a-f]{8}\)$/);
    expect(same.model.sha256).toBe(first.model.sha256);
    expect(third.model.sha256).not.toBe(first.model.sha256);
    expect(third.predictions).toEqual({ ...full.predictions, sha256: first.predictions!.sha256 });
    expect(first.testRows).toBeUndefined();
    const text = JSON.stringify([first, same, third]);
    for (const hash of [full.model.sha256, other.model.sha256, full.predictions!.sha256, full.testRows!.sha256])
      expect(text).not.toContain(hash);
    const [again] = await publishedRuns([full, full, other], []);
    expect(again.model.sha256).not.toBe(first.model.sha256);
    expect(again.predictions!.sha256).not.toBe(first.predictions!.sha256);
  });

  test('are as each of them where hashes are chosen', async () => {
    expect(await publishedRuns([full, other], ['hashes', 'names'])).toEqual(
      [full, other].map((run) => publishedRun(run, ['hashes', 'names'])),
    );
  });

  test('need no marks where there is but one', async () => {
    expect(await publishedRuns([full], [])).toEqual([publishedRun(full, [])]);
  });

  test('hold no text that is not chosen', async () => {
    expect((await publishedRuns([everywhere, other], [])).flatMap(marksIn)).toEqual([]);
  });
});
