/**
 * Activations whose layers lie apart, one in a file or array of its own, as one: sentence by sentence from all of them, in
 * the order of the layers' numbers. They must agree in sentences, tokens, words and neurons.
 */
import { badFile } from '../base/errors.ts';
import type { ActivationFile, SentenceActivations } from './activation-file.ts';
import { checkSentenceSize } from './activation-file.ts';

export interface NumberedLayer {
  /** As the file's or array's name has it. */
  index: number;
  file: ActivationFile;
}

const extractAgain = 'Extract all layers again in one go, or copy again the file that is not whole.';

/**
 * @param layers in the order of their numbers, opened; closed with what is returned.
 * @param whole name of them all, for messages.
 * @throws WinnowError `bad-file` for numbers with a gap, a part of several layers, other sizes or counts.
 */
export function joinLayers(whole: string, layers: readonly NumberedLayer[]): ActivationFile {
  const files = layers.map(({ file }) => file);
  const [first, ...others] = files;
  checkNumbers(whole, layers);
  const thick = layers.find(({ file }) => file.layers !== 1);
  if (thick) {
    const message = `\`${thick.file.name}\` holds ${thick.file.layers} layers; by its name it is one.`;
    throw badFile(message, 'Drop that file alone if it holds all layers, or extract the layers again.');
  }
  for (const file of others) checkAgreement(first, file);
  const { hidden } = first;
  return {
    name: whole,
    layers: layers.length,
    hidden,
    columns: null,
    layerIndices: layers.map(({ index }) => index),
    unit: first.unit,
    count: first.count,
    sentences: (control) => readTogether(files, hidden, control),
    close: () => files.forEach((file) => file.close()),
  };
}

function checkNumbers(whole: string, layers: readonly NumberedLayer[]): void {
  const numbers = layers.map(({ index }) => index);
  const absent = numbers.findIndex((number, place) => place > 0 && number !== numbers[place - 1] + 1);
  if (absent < 0) return;
  const [before, after] = [numbers[absent - 1], numbers[absent]];
  if (before === after) {
    const message = `Two files of \`${whole}\` are named as layer ${after}.`;
    throw badFile(message, 'Take one of them out.');
  }
  const message = `Layer ${before + 1} of \`${whole}\` is missing: there are ${numbers.join(', ')}.`;
  throw badFile(message, 'Add its file; if it was never extracted, number the others without a gap.');
}

function checkAgreement(first: ActivationFile, file: ActivationFile): void {
  const fault =
    file.hidden !== first.hidden
      ? `${file.hidden} neurons a layer, \`${first.name}\` ${first.hidden}`
      : file.count !== first.count || file.unit !== first.unit
        ? `${file.count ?? 'uncounted'} ${file.unit}s, \`${first.name}\` ${first.count ?? 'uncounted'} ${first.unit}s`
        : null;
  if (fault !== null) throw badFile(`\`${file.name}\` has ${fault}.`, extractAgain);
}

async function* readTogether(
  files: readonly ActivationFile[],
  hidden: number,
  control: Parameters<ActivationFile['sentences']>[0] = {},
): AsyncGenerator<SentenceActivations> {
  const { signal } = control;
  const readers = files.map((file, place) => file.sentences(place === 0 ? control : { signal }));
  try {
    for (let sentence = 1; ; sentence++) {
      const parts: SentenceActivations[] = [];
      for (const [place, reader] of readers.entries()) {
        const next = await reader.next();
        if (next.done !== true) parts.push(next.value);
        if (place > 0 && (parts.length === 0) !== (next.done === true)) {
          const [short, long] = next.done === true ? [files[place], files[0]] : [files[0], files[place]];
          throw ended(short, long, sentence - 1);
        }
      }
      if (parts.length === 0) return;
      yield together(files, parts, hidden, sentence);
    }
  } finally {
    for (const reader of readers) await reader.return(undefined);
  }
}

/** [tokens, layers, hidden] of as many [tokens, 1, hidden]. */
function together(
  files: readonly ActivationFile[],
  parts: readonly SentenceActivations[],
  hidden: number,
  sentence: number,
): SentenceActivations {
  const [{ tokens, words }] = parts;
  checkSentenceSize(`Sentence ${sentence} of \`${files[0].name}\``, Math.max(1, tokens), {
    layers: parts.length,
    hidden,
  });
  const data = new Float32Array(tokens * parts.length * hidden);
  for (const [layer, part] of parts.entries()) {
    const other = part.words?.findIndex((word, at) => words !== null && word !== words[at]) ?? -1;
    if (part.tokens !== tokens || other >= 0) {
      const what = part.tokens !== tokens ? `${part.tokens} tokens` : `the word \`${part.words?.[other]}\``;
      const there = part.tokens !== tokens ? String(tokens) : `\`${words?.[other]}\``;
      const message = `Sentence ${sentence} has ${what} in \`${files[layer].name}\`, but ${there} in \`${files[0].name}\`.`;
      throw badFile(message, extractAgain);
    }
    for (let token = 0; token < tokens; token++) {
      const from = token * hidden;
      data.set(part.data.subarray(from, from + hidden), (token * parts.length + layer) * hidden);
    }
  }
  return { tokens, words, data };
}

function ended(short: ActivationFile, long: ActivationFile, sentences: number) {
  const message = `\`${short.name}\` ends after ${sentences} sentences, \`${long.name}\` goes on.`;
  return badFile(message, extractAgain);
}
