// Type-checked linting. What belongs to the layers (imports) is checked by .dependency-cruiser.cjs; here only globals.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const hostOnly = [
  'process',
  'console',
  'Date',
  'Buffer',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'require',
  'performance',
];

export default defineConfig(
  globalIgnores([
    '**/node_modules',
    '**/out',
    '**/dist',
    '.editor',
    'test/fixtures',
    'samples',
    '**/*.mjs',
    '**/*.cjs',
    '**/*.js',
  ]),
  {
    files: ['server/src/**/*.ts', 'client/src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      // Operation codes of the matchers are numbers in typed arrays.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // Patterns here are about control characters and bytes.
      'no-control-regex': 'off',
      eqeqeq: 'error',
    },
  },
  {
    // The core is pure: no process, no printing, no clock.
    files: ['server/src/**/*.ts'],
    ignores: ['server/src/hosts/**'],
    rules: {
      'no-restricted-globals': ['error', ...hostOnly.map(name => ({ name, message: 'Only hosts/ may use it.' }))],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'The core is deterministic.' },
      ],
    },
  },
);
