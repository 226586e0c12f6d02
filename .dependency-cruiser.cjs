// The layer rule of docs/architecture.md. A layer imports itself and those to its left; facts are data, readable from
// syntax on. test/tooling/layers.test.ts proves on a violating fixture that these rules can fail.
const layers = ['text', 'syntax', 'model', 'analysis', 'rules', 'features', 'hosts'];
const src = '(?:^|/)server/src/';
const of = names => `${src}(?:${names.join('|')})/`;

const order = layers.slice(0, -1).map((layer, i) => ({
  name: `${layer}-imports-only-to-its-left`,
  comment: `${layer}/ may import itself${i ? ` and ${layers.slice(0, i).join(', ')}` : ''}, nothing to its right.`,
  severity: 'error',
  from: { path: of([layer]) },
  to: { path: of([...layers.slice(i + 1), ...(i === 0 ? ['facts'] : [])]) },
}));

module.exports = {
  forbidden: [
    ...order,
    {
      name: 'facts-are-data',
      comment: 'facts/ may import itself and text/ alone.',
      severity: 'error',
      from: { path: of(['facts']) },
      to: { path: of(layers.slice(1)) },
    },
    {
      name: 'core-knows-no-host',
      comment: 'Nothing left of hosts imports node:*, vscode-*.',
      severity: 'error',
      from: { path: of(['facts', ...layers.slice(0, -1)]) },
      to: { path: '(?:^|/)(?:@vscode/|vscode)', pathNot: src },
    },
    {
      name: 'core-knows-no-node',
      severity: 'error',
      from: { path: of(['facts', ...layers.slice(0, -1)]) },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'web-host-has-no-node',
      severity: 'error',
      from: { path: `${src}hosts/web\\.ts$` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'rules-stand-alone',
      comment: 'Two rules never import each other; what they share moves to analysis.',
      severity: 'error',
      from: { path: `${src}rules/[\\w-]+/` },
      to: { path: `${src}rules/(?:[\\w-]+/|index\\.generated|driver)` },
    },
    {
      name: 'client-knows-no-core',
      severity: 'error',
      from: { path: '(?:^|/)client/src/' },
      to: { path: of([...layers, 'facts']) },
    },
    {
      name: 'no-cycles',
      comment: 'Types may point back, and files of one folder may call each other; folders may not.',
      severity: 'error',
      from: { path: '(?:^|/)(server/src/.+)/[^/]+$' },
      to: { circular: true, pathNot: '(?:^|/)$1/[^/]+$', viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(?:^|/)(?:node_modules|out|dist)/' },
    exclude: { path: '(?:^|/)(?:out|dist)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'node', 'import', 'require', 'browser', 'default'],
    },
  },
};
