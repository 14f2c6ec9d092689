/** What `--help` prints. */
import { comparisonNames, comparisonReport } from '../src/exports/comparison-files.ts';
import { resultExports } from '../src/exports/result-files.ts';
import type { CommandName } from '../src/options/kinds.ts';
import { siteList } from '../src/publication/site.ts';
import { flagsOf } from './flags.ts';
import { checksumsName, modelList } from './checksums.ts';

/** Where the embedded demo's result goes; an earlier result is overwritten if nobody has changed it. */
export const demoOut = 'out';

const written = resultExports.map(({ name, note }) => (note ? `${name} (${note})` : name));

const exitCodes = `Exit codes: 0 done, 2 usage, 3 bad input, 4 no usable browser or adapter, 5 the result is there but not all of its
figures, its smaller model or what was to be printed, 130, 143 or 129 stopped (SIGINT, SIGTERM, SIGHUP), 1 any other.`;
const flagWidth = 17;

export const analyzeUsage = `Usage: npm run analyze -- --model DIR --data DIR --task NAME --out DIR [options]
       npm run analyze -- --activations FILE… --data DIR --task NAME --out DIR [options]
       npm run analyze -- --config FILE [--model DIR] --out DIR [options]
       npm run analyze          the embedded demo, into ${demoOut}/ (options may follow after --)

Scores every layer of a fine-tuned model on a task, finds the neurons that are enough, and writes into a folder
${written.map((file) => `  ${file}`).join('\n')}
  ${checksumsName} (the files of the result with their hashes; sha256sum -c reads it)
  the figures (SVG, PNG, and of each its numbers as CSV and LaTeX, and its caption)

${flagLines('analyze')}

${exitCodes}
`;

export const extractUsage = `Usage: npm run extract -- --model DIR --data DIR --task NAME --file train|dev|test --out FILE [options]

Writes the vector of every row, or of every labelled word, in every layer: F32 [rows, layers + 1, hidden], rows in
file order. The ending of --out decides the format.

${flagLines('extract')}

${exitCodes}
`;

export const reduceUsage = `Usage: npm run reduce -- --run FILE --model DIR --out DIR [options]

Writes the smaller model of an answer as a folder: the encoder cut after the highest layer that is needed, with the
linear probe behind it, as ONNX (float32, float16, int8), its config and tokenizer, the class of transformers where
one holds it, a model card, winnow.json and ${modelList} (the files with their hashes).

${flagLines('reduce')}

${exitCodes}
`;

export const publishUsage = `Usage: npm run publish -- RUN.json --out DIR [options]
       npm run publish -- RUN.json RUN.json … --out DIR [options]
       npm run publish -- --list FILE --out DIR [options]
       npm run publish -- --check DIR

Writes the built page with results as a folder for any static host (docs/publishing.md). Numbers are published; of texts
only what --reveal names. ${siteList} lists every file of the folder with its hash; --check finds any other.

${flagLines('publish')}

${exitCodes}
`;

export const timeUsage = `Usage: npm run time -- --model DIR --data DIR --task NAME --out FILE.json [options]

Measures how long a row takes in the encoder cut after every layer, and how long classifiers train by their features, on
this machine. Prints the medians and writes all of it.

${flagLines('time')}

${exitCodes}
`;

export const reportUsage = `Usage: npm run report -- RUN/run.json … --out FILE.html [options]

Writes one HTML file with the results in it, to be looked at: it opens by a double click, needs no network and no
server, and computes nothing. Several runs are compared. Names, texts and hashes are left out unless --reveal names
them; what is in it and what is not is said.

${flagLines('report')}

${exitCodes}
`;

export const compareUsage = `Usage: npm run compare -- RUN… --out DIR [options]

Sets results beside each other. RUN is a run.json, an all_results.json, or the folder of one; a folder that holds only
the failure.json of a study's row is listed as failed. Writes into a folder
${comparisonNames.map((file) => `  ${file}`).join('\n')}
  ${comparisonReport} (all of it in one file, with every result's figures; opens by a double click)
  ${checksumsName} (the files with their hashes)

${flagLines('compare')}

${exitCodes}
`;

function flagLines(command: CommandName): string {
  const indent = ' '.repeat(flagWidth + 4);
  const lines = flagsOf(command).map(({ name, value, help }) => {
    const synopsis = value === null ? `--${name}` : `--${name} ${value}`;
    return `  ${synopsis.padEnd(flagWidth)}  ${help.replaceAll('\n', `\n${indent}`)}`;
  });
  return lines.join('\n');
}
