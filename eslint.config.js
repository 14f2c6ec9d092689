import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/**
 * The rooms of src/ and what each may import, one direction from files to the page (docs/architecture.md). The folder of
 * a measure holds three rooms: its field lies below the run file, its stage beside the engine, its report beside the page.
 */
const rooms = {
  base: [],
  format: ['base'],
  compute: ['base'],
  data: ['base', 'format'],
  options: ['base', 'data'],
  'measures/fields': ['base', 'data'],
  run: ['base', 'data', 'measures/fields'],
  tokenizer: ['base', 'format'],
  model: ['base', 'format', 'tokenizer'],
  activations: ['base', 'format', 'data', 'tokenizer', 'model', 'compute'],
  probe: ['base', 'data', 'run', 'compute', 'activations'],
  redundancy: ['base', 'data', 'run', 'compute', 'activations', 'probe'],
  reduced: ['base', 'format', 'data', 'run', 'tokenizer', 'model'],
  timing: ['base', 'data', 'run', 'compute', 'tokenizer', 'model', 'activations', 'probe'],
  'measures/stages': [
    ...['base', 'data', 'run', 'compute', 'activations', 'probe', 'redundancy'],
    ...['measures/fields'],
  ],
  published: ['base', 'format', 'data', 'run', 'redundancy'],
  report: ['base', 'data', 'run', 'measures/fields', 'published', 'redundancy', 'timing'],
  'measures/reports': ['base', 'data', 'run', 'measures/fields', 'redundancy', 'report'],
  publication: ['base', 'data', 'run', 'measures/fields', 'model', 'reduced', 'report'],
  compare: ['base', 'data', 'run', 'measures/fields', 'published', 'redundancy', 'report'],
  exports: [
    'base',
    'data',
    'run',
    'measures/fields',
    'measures/reports',
    'published',
    'report',
    'publication',
    'compare',
  ],
  session: [
    ...['base', 'format', 'data', 'run', 'tokenizer', 'model', 'compute', 'activations', 'probe'],
    ...['redundancy', 'reduced', 'timing', 'options', 'measures/fields', 'measures/stages', 'published', 'report'],
  ],
  ui: [
    ...['base', 'data', 'options', 'run', 'measures/fields', 'measures/reports', 'published', 'report'],
    ...['publication', 'exports', 'session', 'compare'],
  ],
};

/** Rooms that are files of a folder: which, and how their names end an address. */
const parts = {
  'measures/fields': { files: 'src/measures/**/{field,fields}.ts', file: 'fields?\\.ts' },
  'measures/reports': { files: 'src/measures/**/{report,reports}.ts', file: 'reports?\\.ts' },
  'measures/stages': {
    files: 'src/measures/**/!(field|fields|report|reports).ts',
    file: '(?!fields?\\.ts|reports?\\.ts)[a-z-]+\\.ts',
  },
};
const folders = Object.keys(rooms).filter((room) => !parts[room]);
const frameworks = ['svelte', 'svelte/*', 'comlink', '@lucide/*'];
const browserOnly = ['window', 'document', 'localStorage', 'Worker'];

/** What follows the dots in an address that leads from one room to another; between measures no folder of a room does. */
function addressOf(target, room) {
  if (!parts[target]) return `${target}/`;
  const { file } = parts[target];
  return parts[room] ? `(?!(${folders.join('|')})/)([a-z-]+/)?${file}` : `measures/([a-z-]+/)?${file}`;
}

const directions = Object.entries(rooms).flatMap(([room, imports]) => {
  const forbidden = Object.keys(rooms).filter((name) => name !== room && !imports.includes(name));
  const message = `${room} may import ${imports.join(', ') || 'no other room'}.`;
  const knowsFrameworks = room === 'ui' || room === 'session';
  const regex = `^(\\.{1,2}/)*(${forbidden.map((name) => addressOf(name, room)).join('|')})`;
  const patterns = [
    { regex, message },
    ...(knowsFrameworks ? [] : [{ group: frameworks, message: 'Nothing below session knows a framework.' }]),
  ];
  const rules = { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
  if (!knowsFrameworks) rules['no-restricted-globals'] = ['error', ...browserOnly];
  const files = parts[room] ? [parts[room].files] : [`src/${room}/**/*.ts`];
  const selector = `ImportExpression[source.value=/${regex.replaceAll('/', '\\u002F')}/]`;
  return [
    { files: [...files, `src/${room}/**/*.svelte`], rules },
    { files, rules: { 'no-restricted-syntax': ['error', { selector, message }] } },
  ];
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
        {
          selector: 'SvelteAwaitBlock',
          message:
            'Svelte keeps what {#await} waited for as long as the page lives; use a Part, or state set by what waits.',
        },
        {
          selector:
            'ImportDeclaration[source.value=/\\.svelte$/]:matches([importKind="type"], :has(ImportSpecifier[importKind="type"]))',
          message: 'Take types from modules: the check for circles sees no imports of types between components.',
        },
      ],
    },
  },
  {
    files: ['src/ui/{widget,chart}/**/*.{ts,svelte}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/state/app.svelte.ts', '**/view/**'],
              message: "Widgets and charts take props; what knows the page's state is a view.",
            },
          ],
        },
      ],
    },
  },
  { files: ['headless/**', 'test/bench/**', 'tools/**', '*.config.*'], languageOptions: { globals: globals.node } },
  {
    files: ['{src,headless,workers}/**/*.{ts,svelte}'],
    rules: { 'max-lines': ['error', 300] },
  },
  // Matchers such as expect.any() are of type any.
  { files: ['test/**'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  ...directions,
);
