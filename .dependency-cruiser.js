/**
 * No circle of files, imports of types included (`npm run check:circles`). Svelte's compiler drops imports of types before
 * they are seen here; with components imported by components alone, and never for a type (eslint.config.js), no circle
 * can go through one of those. The modules that mount a component are imported by none that it needs.
 */
export default {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      // Where circles are being broken up; without this path the rule holds for all files.
      from: {},
      to: { circular: true },
    },
    {
      name: 'components-import-components',
      severity: 'error',
      from: {
        path: '^(src|workers)/.*\\.ts$',
        pathNot: '^src/(main|report-page|ui/chart/export|ui/view/parts|ui/view/(result|save)/parts)\\.ts$',
      },
      to: { path: '\\.svelte$' },
    },
  ],
  options: { includeOnly: '^(src|workers|headless|test|tools)/', tsPreCompilationDeps: true },
};
