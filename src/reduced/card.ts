/**
 * README.md of a reduced model: a model card as hubs read it (YAML in front), with everything said that winnow.json holds and
 * how the files are used in Python, in transformers.js and in Winnow. Names and labels of a user's stay text.
 */
import { poolingWords } from '../base/pooling.ts';
import { counted, integer } from '../base/numbers.ts';
import { markdownCode, markdownTable, markdownText, yamlText } from '../format/markdown.ts';
import { tasks } from '../data/tasks.ts';
import { placeText } from '../run/place.ts';
import { pipelineTypes } from './config.ts';
import type { ReducedMeasurement, ReducedScores } from '../run/reduced.ts';
import type { Spread } from '../run/run-file.ts';
import { graphBytes, type ReducedRecord } from './record.ts';
import { browserUse, pythonUse, standardUse } from './usage.ts';

export interface CardFacts {
  record: ReducedRecord;
  /** Words are known by the space before them: byte-level models. */
  spaceBeforeWords: boolean;
  /** The model's name on the hub, where it is known. */
  base: string | null;
}

export function modelCard({ record, spaceBeforeWords, base }: CardFacts): string {
  const { standard, measurement } = record;
  const sections = [
    frontMatter(record, base),
    `# ${markdownText(record.name)}`,
    whatItIs(record),
    claimSection(record),
    measurement === null ? unmeasured(record) : measuredSection(measurement),
    '## Use',
    pythonUse(record, spaceBeforeWords),
    'className' in standard
      ? standardUse(record, standard)
      : `There is no \`model.safetensors\` for a class of transformers. ${markdownText(standard.why)}`,
    browserUse(record),
    typeNote(record),
    '### Winnow',
    'Drop this folder on Winnow: it says what the model is made of. `winnow.json` holds everything said here for programs.',
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function frontMatter({ task, standard }: ReducedRecord, base: string | null): string {
  const lines = [
    `library_name: ${'className' in standard ? 'transformers' : 'onnx'}`,
    `pipeline_tag: ${task.kind === 'labelling' ? 'token-classification' : 'text-classification'}`,
    ...(base === null ? [] : [`base_model: ${yamlText(base)}`]),
    'tags:',
    ...['winnow', 'onnx', 'transformers.js'].map((tag) => `- ${tag}`),
  ];
  return ['---', ...lines, '---'].join('\n');
}

function whatItIs(record: ReducedRecord): string {
  const { model, task, layers, neurons, maxLength, pooling, aggregation } = record;
  const all = (model.layers + 1) * model.hidden;
  const cut =
    layers === 0
      ? `none of the ${counted(model.layers, 'layer')}: its embeddings alone`
      : `the first ${layers} of ${counted(model.layers, 'layer')}`;
  const what = `A smaller model made by Winnow of ${markdownText(model.name)} (${markdownText(model.architecture)}) for ${tasks[task.name].title}: ${cut}, and a linear classifier on ${integer(neurons.length)} of its ${counted(all, 'neuron')} (embeddings included).`;
  const token =
    task.kind === 'labelling'
      ? `A word is stood for by ${aggregation === 'average' ? 'the mean over its subwords' : `its ${aggregation ?? 'last'} subword`}.`
      : `A ${task.pairs ? 'pair' : 'text'} is stood for by ${poolingWords[pooling]}.`;
  const rows = [
    ['made of', `${markdownCode(model.name)}, weights with SHA-256 ${markdownCode(model.sha256)}`],
    ['neurons by layer', byLayer(record)],
    ['labels', labelsText(record)],
    ['longest input', `${maxLength} tokens`],
    ...record.graphs.map(({ path, dtype }) => [
      markdownCode(path),
      `${dtype}, ${integer(graphBytes(record, path))} bytes (the whole model: ${integer(model.bytes)})`,
    ]),
  ];
  return [what, token, '', markdownTable(['', ''], rows)].join('\n');
}

function byLayer({ model, neurons }: ReducedRecord): string {
  const counts = new Map<number, number>();
  for (const neuron of neurons) {
    const layer = Math.floor(neuron / model.hidden);
    counts.set(layer, (counts.get(layer) ?? 0) + 1);
  }
  const layers = [...counts].sort(([a], [b]) => a - b);
  return layers.map(([layer, count]) => `${layer === 0 ? 'embeddings' : `layer ${layer}`}: ${count}`).join(', ');
}

function labelsText({ task }: ReducedRecord): string {
  if (task.labels === null) return 'a score';
  const shown = task.shown ?? task.labels;
  const names = task.labels.map((label, at) =>
    shown[at] === label ? markdownCode(label) : `${markdownCode(label)} (${markdownText(shown[at])})`,
  );
  const most = 40;
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}

function scoresText(scores: ReducedScores | null | undefined): string {
  const entries = Object.entries(scores ?? {});
  return entries.map(([name, value]) => `${name} ${value === null ? '–' : value.toFixed(4)}`).join(', ') || '–';
}

function claimSection({ claim }: ReducedRecord): string {
  if (claim === null) return '';
  const { scores, oracle } = claim;
  const rows = (['train', 'dev', 'test'] as const)
    .filter((split) => scores[split])
    .map((split) => [split, scoresText(scores[split]), scoresText(oracle?.[split])]);
  const seed = claim.seed === null ? '' : `, of the probe with seed ${claim.seed}`;
  const run = `${claim.answer === null ? '' : `answer ${markdownCode(claim.answer)} of `}the run of ${markdownText(claim.run.created)}`;
  const origin = claim.anew ? `Trained anew for ${run}, with its options` : `By ${run}`;
  return [
    '## Claimed scores',
    `${origin}${seed}, on ${markdownText(claim.device)}:`,
    markdownTable(['part', 'this model', 'a probe on all neurons'], rows),
  ].join('\n\n');
}

function unmeasured({ claim }: ReducedRecord): string {
  const of = claim === null ? '' : ' The scores above are those of the probe that they hold.';
  return `The files have not been measured.${of}`;
}

function timeText(time: Spread | null): string {
  if (time === null) return '–';
  return `${time.median.toFixed(3)} ms (${time.lower.toFixed(3)} to ${time.upper.toFixed(3)})`;
}

function differencesText(
  { rows, first }: NonNullable<ReducedMeasurement['differences']>,
  all: number,
  unit: string,
): string {
  const said = `Smaller model and probe on all neurons differ on ${integer(rows)} of ${counted(all, unit)}.`;
  if (first.length === 0) return said;
  const shown = rows > first.length ? ` The first ${first.length}:` : '';
  const cell = (value: string | number) => (typeof value === 'number' ? value.toFixed(4) : markdownText(value));
  const lines = first.map((row) => [integer(row.row + 1), cell(row.label), cell(row.reduced), cell(row.full)]);
  return [`${said}${shown}`, markdownTable([unit, 'label', 'smaller model', 'whole model'], lines)].join('\n\n');
}

function measuredSection(measurement: ReducedMeasurement): string {
  const { files, full, fineTuned, differences, device, rows, unit, split } = measurement;
  const text = unit === 'word' ? 'sentence' : 'row';
  const lines = files.map((file) => [
    markdownCode(file.path),
    scoresText(file.scores),
    timeText(file.msPerRow),
    timeText(file.fullMsPerRow),
    integer(file.bytes),
    file.disagreeing === null ? '–' : integer(file.disagreeing),
  ]);
  lines.push(['the whole model, a probe on all neurons', scoresText(full.scores), '', '', integer(full.bytes), '']);
  if ('scores' in fineTuned) {
    lines.push([
      'the whole model, its own head',
      scoresText(fineTuned.scores),
      timeText(fineTuned.msPerRow),
      '',
      '',
      '',
    ]);
  }
  const labels =
    'scores' in fineTuned && fineTuned.labelsBy === 'number'
      ? ['Labels of its own head were told by their numbers, as its config names none.']
      : [];
  const why = 'why' in fineTuned ? [`Its own head was not measured. ${markdownText(fineTuned.why)}`] : labels;
  return [
    '## Measured',
    `These very files on ${counted(rows, unit)} of the ${split} part, ${markdownText(placeText(device))}. Times are medians a ${text} with their quartiles, the whole model's measured in turn with the file's; "others" counts ${unit}s that the run's probe answers otherwise:`,
    markdownTable(['', 'scores', `time a ${text}`, 'the whole model', 'bytes', 'others'], lines),
    ...(differences === null ? [] : [differencesText(differences, rows, unit)]),
    ...why,
  ].join('\n\n');
}

function typeNote({ model, task }: ReducedRecord): string {
  const known = pipelineTypes[task.kind === 'labelling' ? 'labelling' : 'sentence'];
  if (known.has(model.architecture)) return '';
  return `transformers.js has no class of the type ${markdownCode(model.architecture)} for this task. So \`config.json\` names \`bert\`, whose class does nothing but run the graph, and sends Python by \`configuration_files\` to \`config.4.0.0.json\`, which names the true type.`;
}
