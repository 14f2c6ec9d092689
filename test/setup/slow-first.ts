/**
 * Slow files first, the slowest at the head: one that starts last ends alone, with the other core idle. Vitest itself goes
 * by the durations of the last run, which a fresh checkout lacks, and then by size, which says little here. Before all of
 * them the two that mock modules in a browser, one a session: to mock, Playwright asks every worker that a session ever
 * had, and waits for ever for one that an earlier file ended while its own worker was starting.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const slow = [
  'test/unit/fuzz-runner.test.ts',
  'test/fuzz/mutations.test.ts',
  'test/unit/tokenizer-hostile.test.ts',
  'test/unit/activation-stream.test.ts',
  'test/browser/card-agreement.test.ts',
  'test/browser/session-saving.test.ts',
  'test/browser/hidden-states-webgpu.test.ts',
  'test/browser/activation-files.test.ts',
  'test/browser/session-questions.test.ts',
  'test/browser/reduced.test.ts',
  'test/browser/ui/neurons.test.ts',
  'test/browser/compute-devices.test.ts',
  'test/browser/hidden-states-wasm.test.ts',
  'test/browser/shortened.test.ts',
  'test/browser/early-stopping.test.ts',
  'test/e2e/cli-reduce.test.ts',
  'test/e2e/cli-activations.test.ts',
  'test/e2e/one-file.test.ts',
  'test/e2e/page-publish.test.ts',
  'test/e2e/page-resume.test.ts',
  'test/e2e/cli-stops.test.ts',
  'test/e2e/page-screens.test.ts',
  'test/e2e/onnx-exports.test.ts',
  'test/e2e/cli-threads.test.ts',
  'test/e2e/page-smaller.test.ts',
  'test/e2e/page-labelling.test.ts',
  'test/e2e/page-poor-browsers.test.ts',
  'test/e2e/page-command-line.test.ts',
  'test/e2e/cli-runs.test.ts',
];

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = slow.findIndex((name) => moduleId.endsWith(`/${name}`));
      return place < 0 ? slow.length : place;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
