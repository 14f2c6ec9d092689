/** Everything that the commands take, in the order of their usage texts; the options of a run among it have their own records. */
import { defaultPreset, presetNames } from '../src/exports/presets.ts';
import { comparisonReport } from '../src/exports/comparison-files.ts';
import { resultExports } from '../src/exports/result-files.ts';
import { siteForms } from '../src/publication/hosted.ts';
import { revealedKinds } from '../src/publication/run-texts.ts';
import { listed } from '../src/report/format.ts';
import { sectionNames } from '../src/report/sections.ts';
import { taskNames } from '../src/data/tasks.ts';
import {
  ofAll,
  ofAnalyze,
  ofBoth,
  ofCompare,
  ofExtract,
  ofFolders,
  ofModels,
  ofPublications,
  ofPublish,
  ofReaders,
  ofReduce,
  ofReport,
  ofTime,
  type CommandName,
  type Flag,
} from '../src/options/kinds.ts';
import { optionTable } from '../src/options/table.ts';
import { publishedSizes } from '../src/timing/sizes.ts';
import { usualExtent } from '../src/timing/work.ts';
import { checksumsName } from './checksums.ts';

const inputFlags = [
  ofFolders('out DIR', 'where the files go'),
  ofCompare('out DIR', 'where the tables go'),
  ofCompare('base N', 'the result that the others are held against, by its place among those named (1)'),
  ofCompare(
    'activations FILE…',
    `the test rows' activations of the results, a file each in their order, or N=FILE for the N-th:
the layers of the base are held against those of each other`,
  ),
  ofCompare(
    'reveal LIST',
    `what of your texts ${comparisonReport} may show, of the kinds that report has; or all (none)`,
    'the tables hold names and hashes as they are',
  ),
  ofCompare('cache DIR', 'the same by the activations that runs kept in this folder, their own --cache'),
  ofPublish('out DIR', 'the folder that is published; made anew, or empty'),
  ofReport('out FILE', 'where the page goes, a .html file'),
  ofExtract('out FILE', '.safetensors, .npy, .npz, .hdf5 or .h5 (NeuroX), .json or .jsonl (NeuroX JSON lines)'),
  ofTime('out FILE', 'where the times go, a .json file'),
  ofExtract('file NAME', "train, dev or test: which file's rows"),
  ofReduce('run FILE', 'run.json of the result that the smaller model is of'),
  ofReduce(
    'answer L:N:c',
    `an answer of the run by its losses in per cent and its threshold, for example 3:1:0.3, or
max-features (the one that the verdict is about)`,
  ),
  ofReduce(
    'layers K',
    'in place of an answer: all neurons of layers 0 to K, or of layers J to K as J-K',
    'trains a probe, and so needs the data',
  ),
  ofReduce(
    'neurons FILE',
    `in place of an answer: these neurons, one a line, by number (layer × hidden size + index) or as
layer:index`,
    'trains a probe, and so needs the data',
  ),
  ofAnalyze(
    'config FILE',
    'experiment configuration of the published scripts: data, activations and options',
    'what the command line says outranks it',
  ),
  ofModels('model DIR', 'folder with config.json, tokenizer.json and the weights (safetensors, PyTorch or ONNX)'),
  ofModels(
    'weights FILE',
    `which of the model's weight files, for example onnx/model_fp16.onnx (safetensors first, then
PyTorch, then the most exact export)`,
  ),
  ofModels('encoder NAME', "which of several encoders in the model's weights (the first that config.json fits)"),
  ofModels('adapter DIR', 'folder of a LoRA adapter of PEFT, merged into the model'),
  ofModels('data DIR', "folder with the task's files"),
  // One sentence over three lines.
  ofModels('train FILE', 'instead of --data, or to correct it: the file of that part;'),
  ofModels('dev FILE', 'for words beside labels name the .word file, its .label file'),
  ofModels('test FILE', 'is found beside it'),
  ofBoth(
    'activations FILE…',
    `instead of --model: vectors extracted elsewhere, one file for each data file (NeuroX HDF5 or
JSON lines, npy, npz, safetensors); train=FILE, dev=FILE, test=FILE where names do not say it`,
  ),
  ofBoth(
    'token NAME',
    `what stands for a sentence in activation files of several tokens: first, last or mean (first; last
where that is <cls>)`,
  ),
  ofBoth('layers N', 'layers in activation files whose arrays are [rows, layers × neurons] (1)'),
  ofReaders('task NAME', `${taskNames.slice(0, 9).join(', ')},\n${taskNames.slice(9).join(', ')}`),
  ofReaders('column NAME', "column of the labels (the task's own)"),
  ofAnalyze(
    'all-columns',
    'one run a column of labels, in turn, each a result in a folder of its own below --out',
    'instead of --column; all of them share the extraction',
  ),
  ofReaders('text NAME', 'column of the sentences, or of the words'),
  ofReaders('pair NAME', 'column of the second sentences'),
  ofModels('quotes NAME', 'what quotes in tables between tabs are: csv (around cells) or text (as the file looks)'),
];

const publicationFlags = [
  ofPublications('title TEXT', 'its title (what the run is called, with nothing that is left out)'),
  ofPublications('note FILE', 'what you say of it, as Markdown'),
  ofPublications('sections LIST', `sections that are shown: ${sectionNames.join(', ')} (all)`),
  ofPublications(
    'reveal LIST',
    `what of your texts is in it, of ${revealedKinds.slice(0, 5).join(', ')},
${revealedKinds.slice(5).join(', ')}; or all (none)`,
    'the command lists what it leaves out',
  ),
  ofPublish('present', 'the result opens as steps on a full screen'),
  ofPublish('reduced DIR', 'its smaller model, which answers typed texts there'),
  ofPublish('model DIR', 'the model of the run, for others to run; with --data'),
  ofPublish('data DIR', 'its data, for others to run; with --model'),
  ofPublish('form NAME', `what the page can do: ${siteForms.join(', ')} (as much as there is something for)`),
  ofPublish('list FILE', 'several results, each with its own of the above, as JSON (docs/publishing.md)'),
  ofPublish('check DIR', 'in place of publishing: whether a published folder holds its own files and no others'),
];

const { rows, repeats } = usualExtent;
const { features, classes, epochs, rows: madeRows } = publishedSizes;

const timeFlags = [
  ofTime('rows N', `rows (or labelled sentences) of the test part that are measured (${rows})`),
  ofTime('repeats N', `rounds that count, each in an order of its own (${repeats})`, 'one before them does not count'),
  ofTime('padded', 'rows padded to the longest input, too, as published'),
  ofTime('train-rows N', `also time classifiers on made numbers: of so many rows (${madeRows})`),
  ofTime('features LIST', `the same, of so many features each (${features.join()})`),
  ofTime('classes N', `the same, of so many classes (${classes})`),
  ofTime('epochs N', `the same, over so many epochs (${epochs})`),
];

const outcomeFlags = [
  ofAnalyze('reduce DIR', 'also write the smaller model of the answer that the verdict is about into this folder'),
  ofFolders('dtype LIST', 'number formats of the smaller model: float32, float16, int8 (float32)'),
  ofAnalyze('figures NAME', `size of the figures: ${presetNames.join(', ')} (${defaultPreset})`),
  ofAnalyze('no-figures', `write only ${listed([...resultExports.map(({ name }) => name), checksumsName])}`),
  ofModels(
    'cache DIR',
    'keep the browser profile, and so the activations, in this folder',
    'a second run on the same inputs extracts nothing',
  ),
  ofAll(
    'force',
    'overwrite an existing result',
    `it is refused otherwise; files of the earlier result that the new one has not, and nobody has changed,
are removed (${checksumsName} lists them)`,
  ),
  ofAll('json', 'print one line of JSON on standard output', 'progress stays on standard error'),
  ofAll('help', 'print this'),
];

export type FlagName = (
  typeof inputFlags | typeof publicationFlags | typeof timeFlags | typeof outcomeFlags
)[number]['name'];

export const flags: readonly Flag[] = [
  ...inputFlags,
  ...publicationFlags,
  ...optionTable.flatMap(({ flag }) => flag ?? []),
  ...timeFlags,
  ...outcomeFlags,
];

/** What a command takes: what it alone takes first. */
export function flagsOf(command: CommandName): Flag[] {
  const taken = flags.filter(({ commands }) => commands.includes(command));
  return taken.toSorted((a, b) => a.commands.length - b.commands.length);
}
