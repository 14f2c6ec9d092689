/** NeuroX's JSON lines: a sentence a line. */
import { neuroxJsonLines, openNeuroxJson } from '../../../format/neurox-json.ts';
import type { ActivationCodec } from '../codec.ts';
import { sentencesOf } from '../sentences.ts';

/** The first keys of a line, in whatever order; a sentence may be without tokens. */
const neuroxKeys = /^\uFEFF?\s*\{(?=[^]*"features"\s*:)(?=[^]*("linex_index"|"layers")\s*:)/;

export const neuroxJson: ActivationCodec = {
  sniff: ({ text }) => neuroxKeys.test(text),
  open: openNeuroxJson,
  async write(set, control) {
    const lines: Blob[] = [];
    for await (const line of neuroxJsonLines(sentencesOf(set, control), set.activations)) lines.push(line);
    return new Blob(lines);
  },
};
