/**
 * The engine worker's functions. What a call needs is loaded with the first such call: the
 * list of kept activations needs no tokenizer, opening files needs no tfjs.
 */
import { forget, listKept } from '../../activations/cache.ts';
import { loadPart } from '../../base/load-part.ts';
import type { Engine } from '../contract.ts';

export const engine: Engine = {
  kept: listKept,
  forget,
  async inspect(files, corrections) {
    const { inspect } = await loadPart(() => import('../inputs/inspect.ts'));
    return inspect(files, corrections);
  },
  async estimate(request) {
    const { estimate } = await loadPart(() => import('../estimate/estimate.ts'));
    return estimate(request);
  },
  async measure(request) {
    const { measureRates } = await loadPart(() => import('../estimate/measure.ts'));
    return measureRates(request);
  },
  async run(request, report) {
    const { analyze } = await loadPart(() => import('../stages/pipeline.ts'));
    return analyze(request, report);
  },
  async select(question, report) {
    const { select } = await loadPart(() => import('../stages/later-questions.ts'));
    return select(question, report);
  },
  async neuron(question) {
    const { describeNeuron } = await loadPart(() => import('../stages/later-questions.ts'));
    return describeNeuron(question);
  },
  async rowTexts(question) {
    const { textsOfRows } = await loadPart(() => import('../stages/later-questions.ts'));
    return textsOfRows(question);
  },
  async archive(files) {
    const { zipBlob } = await loadPart(() => import('../../format/zip-write.ts'));
    return zipBlob(files, new Date());
  },
  async measureReduced(request, report) {
    const { measureDropped } = await loadPart(() => import('../stages/measure-dropped.ts'));
    return measureDropped(request, report);
  },
  async openAnswering(request) {
    const { openAnswering } = await loadPart(() => import('../stages/answering.ts'));
    return openAnswering(request);
  },
  async ask(text) {
    const { answerText } = await loadPart(() => import('../stages/answering.ts'));
    return answerText(text);
  },
  async time(request, report) {
    const { timeFiles } = await loadPart(() => import('../stages/time-files.ts'));
    return timeFiles(request, report);
  },
  async compareLayers(request, report) {
    const { compareLayers } = await loadPart(() => import('../stages/compare-layers.ts'));
    return compareLayers(request, report);
  },
  async extract(request, report) {
    const { extractFile } = await loadPart(() => import('../stages/pipeline.ts'));
    return extractFile(request, report);
  },
  async reduce(request, report) {
    const { reduce } = await loadPart(() => import('../stages/reduce.ts'));
    return reduce(request, report);
  },
};
