import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/**
 * The rooms of src/ and what each may import; `types` may be imported as types only. One direction:
 * base ◀ format ◀ data, model ◀ activations ◀ probe ◀ redundancy ◀ report ◀ session ◀ ui; compute knows only base.
 */
const rooms = {
  base: { imports: [] },
  format: { imports: ['base'] },
  compute: { imports: ['base'] },
  data: { imports: ['base', 'format'] },
  model: { imports: ['base', 'format'] },
  activations: { imports: ['base', 'format', 'data', 'model', 'compute'] },
  probe: { imports: ['base', 'data', 'compute', 'activations'], types: ['report'] },
  redundancy: { imports: ['base', 'data', 'compute', 'activations', 'probe'], types: ['report'] },
  report: { imports: ['base', 'format', 'data', 'redundancy', 'probe'] },
  session: { imports: ['base', 'format', 'data', 'model', 'compute', 'activations', 'probe', 'redundancy', 'report'] },
  ui: { imports: ['base', 'data', 'report', 'session'] },
};
const frameworks = ['svelte', 'svelte/*', 'comlink', 'bits-ui', '@lucide/*'];
const browserOnly = ['window', 'document', 'localStorage', 'Worker'];

const directions = Object.entries(rooms).flatMap(([room, { imports, types = [] }]) => {
  const others = Object.keys(rooms).filter((name) => name !== room);
  const forbidden = others.filter((name) => !imports.includes(name) && !types.includes(name));
  const message = `${room} may import ${[...imports, ...types.map((name) => `types of ${name}`)].join(', ') || 'no other room'}.`;
  const pattern = (names, extra) => ({ regex: `^(\\.\\./)+(${names.join('|')})/`, message, ...extra });
  const patterns = [
    pattern(forbidden),
    ...(types.length > 0 ? [pattern(types, { allowTypeImports: true })] : []),
    ...(room === 'ui' || room === 'session'
      ? []
      : [{ group: frameworks, message: 'Nothing below session knows a framework.' }]),
  ];
  const files = [`src/${room}/**/*.ts`, `src/${room}/**/*.svelte`];
  const rules = { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
  if (room !== 'ui' && room !== 'session') rules['no-restricted-globals'] = ['error', ...browserOnly];
  return [{ files, rules }];
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
