import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/**
 * The rooms of src/ and what each may import. One direction, from files to the page:
 * base ◀ format ◀ data ◀ run ◀ probe ◀ redundancy ◀ published, report ◀ session ◀ ui, with model and activations beside
 * data; compute knows only base.
 */
const rooms = {
  base: { imports: [] },
  format: { imports: ['base'] },
  compute: { imports: ['base'] },
  data: { imports: ['base', 'format'] },
  run: { imports: ['base', 'data'] },
  model: { imports: ['base', 'format'] },
  activations: { imports: ['base', 'format', 'data', 'model', 'compute'] },
  probe: { imports: ['base', 'data', 'run', 'compute', 'activations'] },
  redundancy: { imports: ['base', 'data', 'run', 'compute', 'activations', 'probe'] },
  published: { imports: ['base', 'format', 'data', 'run', 'redundancy'] },
  report: { imports: ['base', 'data', 'run', 'published', 'redundancy'] },
  session: {
    imports: [
      ...['base', 'format', 'data', 'run', 'model', 'compute', 'activations', 'probe', 'redundancy'],
      ...['published', 'report'],
    ],
  },
  ui: { imports: ['base', 'data', 'run', 'published', 'report', 'session'] },
};
const frameworks = ['svelte', 'svelte/*', 'comlink', 'layercake', 'bits-ui', '@lucide/*'];
const browserOnly = ['window', 'document', 'localStorage', 'Worker'];

const directions = Object.entries(rooms).flatMap(([room, { imports }]) => {
  const forbidden = Object.keys(rooms).filter((name) => name !== room && !imports.includes(name));
  const message = `${room} may import ${imports.join(', ') || 'no other room'}.`;
  const knowsFrameworks = room === 'ui' || room === 'session';
  const patterns = [
    { regex: `^(\\.\\./)+(${forbidden.join('|')})/`, message },
    ...(knowsFrameworks ? [] : [{ group: frameworks, message: 'Nothing below session knows a framework.' }]),
  ];
  const rules = { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
  if (!knowsFrameworks) rules['no-restricted-globals'] = ['error', ...browserOnly];
  return [{ files: [`src/${room}/**/*.ts`, `src/${room}/**/*.svelte`], rules }];
});

export default tseslint.config(
  { ignores: ['dist*', 'out', 'node_modules', 'coverage', 'tools/stubs', 'tools/demo'] },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  svelte.configs['flat/recommended'],
  svelte.configs['flat/prettier'],
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.worker },
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js'] },
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-deprecated': 'error',
      // Interfaces here are made of closures, and a function may be async because its interface is.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/require-await': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-alert': 'error',
      'no-console': 'error',
      'no-eval': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme'] }],
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, svelteConfig } },
    rules: {
      'prefer-const': 'off',
      'svelte/prefer-const': 'error',
      // The parser types many template expressions as any; svelte-check types them rightly.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // State is raw and replaced as a whole; a plain Map inside a function is no state.
      'svelte/prefer-svelte-reactivity': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SvelteAttribute[key.name="style"]',
          message: 'The policy of the built page forbids style attributes; use style: directives.',
        },
      ],
    },
  },
  { files: ['headless/**', 'test/bench/**', 'tools/**', '*.config.*'], languageOptions: { globals: globals.node } },
  // Matchers such as expect.any() are of type any.
  { files: ['test/**'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  ...directions,
);
