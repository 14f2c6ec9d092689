/**
 * The last line of .ci/run: sums the JSON reports of all test runs into "N passed, N failed". A step that failed without
 * a failed test (a type error, a file that did not load) counts as one failure. Arguments: report files, then `--` and
 * the names of failed steps.
 */
import { existsSync, readFileSync } from 'node:fs';

interface Report {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
}

const split = process.argv.indexOf('--');
const reports = process.argv.slice(2, split);
const failedSteps = process.argv.slice(split + 1);

let passed = 0;
let failed = 0;
for (const file of reports) {
  if (!existsSync(file)) continue;
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  passed += report.numPassedTests;
  failed += report.numFailedTests;
}
if (failed < failedSteps.length) failed = failedSteps.length;
for (const step of failedSteps) process.stdout.write(`failed: ${step}\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
