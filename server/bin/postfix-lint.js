#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const bundle = join(__dirname, '../../dist/cli.js');
if (existsSync(bundle)) {
  require(bundle);
} else {
  process.stderr.write('postfix-lint is not built yet: run "npm run build" first\n');
  process.exitCode = 2;
}
