import { playwright } from '@vitest/browser-playwright';
import { defineConfig, mergeConfig } from 'vitest/config';
import { browserArguments, findBrowser, softwareGpuArguments } from './headless/browser.ts';
import { memoryCommands } from './test/reference/long/memory-commands.ts';
import { SlowFirst } from './test/setup/slow-first.ts';
import viteConfig from './vite.config.ts';

const { executablePath, env } = await findBrowser();

const browser = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({
    launchOptions: { executablePath, env, args: [...browserArguments, ...softwareGpuArguments] },
  }),
  instances: [{ browser: 'chromium' as const }],
};

/** One project after the other: on two cores a browser beside node tests would only make both slower. */
const order = (groupOrder: number) => ({ groupOrder });
/** Files at once: Vitest's own choice is one less than there are cores, one on two. A test keeps a core busy at most times. */
const maxWorkers = 2;
const hour = 3_600_000;

export default mergeConfig(
  viteConfig,
  defineConfig({
    // Found only inside workers and lazy parts: without this list a cold run would bundle them, and reload, in mid-test.
    optimizeDeps: {
      exclude: ['onnxruntime-web'],
      include: [
        '@huggingface/transformers',
        '@lucide/svelte/icons/*',
        '@tensorflow/tfjs',
        '@tensorflow/tfjs-backend-webgpu',
        '@zip.js/zip.js',
        'axe-core',
        'browser-fs-access',
        'comlink',
        'd3-scale',
        'd3-scale-chromatic',
        'd3-shape',
        'dompurify',
        'fast-check',
        'file-selector',
        'h5wasm',
        'hash-wasm',
        'hyparquet',
        'hyparquet-compressors',
        'hyparquet/src/column.js',
        'hyparquet/src/datapage.js',
        'idb-keyval',
        'marked',
        'ml-matrix',
        'papaparse',
        'simple-statistics',
        'valibot',
      ],
    },
    server: { fs: { allow: ['.', '../shared'] } },
    test: {
      sequence: { sequencer: SlowFirst },
      projects: [
        {
          extends: true,
          test: {
            name: 'unit',
            include: ['test/{unit,golden,fuzz}/**/*.test.ts'],
            environment: 'node',
            maxWorkers,
            testTimeout: 30_000,
            sequence: order(0),
          },
        },
        {
          extends: true,
          test: {
            name: 'browser',
            include: ['test/browser/**/*.test.ts'],
            browser,
            maxWorkers,
            expect: { poll: { timeout: 15_000 } },
            testTimeout: 60_000,
            sequence: order(1),
          },
        },
        {
          extends: true,
          test: {
            name: 'e2e',
            include: ['test/e2e/**/*.test.ts'],
            environment: 'node',
            globalSetup: 'test/setup/serve-page.ts',
            maxWorkers,
            // As patient as a test's own waiting: a busy machine is slow, not wrong.
            expect: { poll: { timeout: 60_000 } },
            testTimeout: 120_000,
            hookTimeout: 120_000,
            sequence: order(2),
          },
        },
        {
          extends: true,
          test: {
            name: 'reference',
            include: ['test/reference/**/*.test.ts'],
            exclude: ['test/reference/browser/**', 'test/reference/long/**'],
            environment: 'node',
            globalSetup: ['test/setup/require-shared.ts', 'test/setup/build-page.ts'],
            fileParallelism: false,
            testTimeout: hour,
            hookTimeout: hour,
            sequence: order(3),
          },
        },
        {
          extends: true,
          test: {
            name: 'reference-browser',
            include: ['test/reference/browser/*.test.ts'],
            browser,
            globalSetup: 'test/setup/require-shared.ts',
            fileParallelism: false,
            testTimeout: hour,
            sequence: order(4),
          },
        },
        // Whole data sets, a quarter of an hour each: `npm run test:long`, not part of CI.
        {
          extends: true,
          test: {
            name: 'long',
            include: ['test/reference/long/**/*.test.ts'],
            environment: 'node',
            globalSetup: ['test/setup/require-shared.ts', 'test/setup/build-page.ts'],
            testTimeout: hour,
            hookTimeout: hour,
            sequence: order(5),
          },
        },
        // Runs that are killed on the way: `npm run test:kill`, not part of CI.
        {
          extends: true,
          test: {
            name: 'kill',
            include: ['test/kill/*.test.ts'],
            environment: 'node',
            globalSetup: 'test/setup/serve-page.ts',
            maxWorkers,
            testTimeout: hour,
            hookTimeout: hour,
            sequence: order(7),
          },
        },
        {
          extends: true,
          test: {
            name: 'long-browser',
            include: ['test/reference/browser/long/**/*.test.ts'],
            browser: { ...browser, commands: memoryCommands },
            testTimeout: hour,
            sequence: order(6),
          },
        },
      ],
    },
  }),
);
