/** What `--help` prints. Options themselves are read in options.ts. */
import { taskNames } from '../src/data/tasks.ts';
import { resultExports } from '../src/exports/result-files.ts';
import { listed } from '../src/report/format.ts';
import { defaultOptions, type RunOptions } from '../src/session/contract.ts';

/** Where the embedded demo's result goes; its own earlier result is overwritten. */
export const demoOut = 'out';

const written = resultExports.map(({ name, note }) => (note ? `${name} (${note})` : name));

const sharedUsage = `
  --model DIR        folder with config.json, tokenizer.json and the weights (safetensors, PyTorch or ONNX)
  --weights FILE     which of the model's weight files, for example onnx/model_fp16.onnx (safetensors first, then
                     PyTorch, then the most exact export)
  --data DIR         folder with the task's files
  --train FILE       instead of --data, or to correct it: the file of that part;
  --dev FILE         for words beside labels name the .word file, its .label file
  --test FILE        is found beside it
  --activations FILE…  instead of --model: vectors extracted elsewhere, one file for each data file (NeuroX HDF5 or
                     JSON lines, npy, npz, safetensors); train=FILE, dev=FILE, test=FILE where names do not say it
  --token NAME       what stands for a sentence in activation files of several tokens: first, last or mean (first; last
                     where that is <cls>)
  --layers N         layers in activation files whose arrays are [rows, layers × neurons] (1)
  --task NAME        ${taskNames.slice(0, 9).join(', ')},
                     ${taskNames.slice(9).join(', ')}
  --column NAME      column of the labels (the task's own)
  --text NAME        column of the sentences, or of the words
  --pair NAME        column of the second sentences
  --rows N           use the first N rows (or labelled sentences) only
  --max-length N     tokens a sentence is cut at, special ones included (${defaultOptions.maxLength}); labelled ones are never cut
  --aggregate NAME   which subwords stand for a labelled word: last, first or average (${defaultOptions.aggregation})
  --device NAME      auto, webgpu or wasm (auto)
  --threads N        WebAssembly threads (as many as the browser reports)
  --cache DIR        keep the browser profile, and so the activations, in this folder
  --force            overwrite an existing result
  --json             print one line of JSON on standard output
  --help             print this

Exit codes: 0 done, 2 usage, 3 bad input, 4 no usable browser or adapter, 130 stopped with Ctrl-C, 1 anything else.
`;

export const analyzeUsage = `Usage: npm run analyze -- --model DIR --data DIR --task NAME --out DIR [options]
       npm run analyze -- --activations FILE… --data DIR --task NAME --out DIR [options]
       npm run analyze -- --config FILE [--model DIR] --out DIR [options]
       npm run analyze          the embedded demo, into ${demoOut}/ (options may follow after --)

Scores every layer of a fine-tuned model on a task, finds the neurons that are enough, and writes ${written[0]},
${listed([...written.slice(1), 'the figures'])} into a folder.

  --out DIR          where the files go
  --config FILE      experiment configuration of the published scripts: data, activations and options
  --protocol NAME    paper or refined (${defaultOptions.protocol})
  --metric NAME      the score to report first (the task's own)
  --seed N           first seed (${defaultOptions.seed})
  --seeds N          how many seeds the probes are trained with (${defaultOptions.seeds}; paper: 1)
  --clustering LIST  cluster thresholds of the selection, −1 is none (${defaultOptions.thresholds.join()})
  --deltas LIST      losses in per cent, layers:neurons (${pairs(defaultOptions.deltas)})
  --sweep            also cluster and score all layers at −1, 0.1 … 0.9
  --max-features     also find the smallest set among all layers without clustering, on a finer grid
  --no-figures       write only ${listed(resultExports.map(({ name }) => name))}${sharedUsage}`;

export const extractUsage = `Usage: npm run extract -- --model DIR --data DIR --task NAME --file train|dev|test --out FILE [options]

Writes the classification token, or every labelled word, of every layer: F32 [rows, layers + 1, hidden], rows in
file order. The ending of --out decides the format.

  --out FILE         .safetensors, .npy, .npz, .hdf5 or .h5 (NeuroX), .json or .jsonl (NeuroX JSON lines)
  --file NAME        train, dev or test: which file's rows${sharedUsage}`;

function pairs(deltas: RunOptions['deltas']): string {
  return deltas.map(({ layers, neurons }) => `${layers}:${neurons}`).join();
}
