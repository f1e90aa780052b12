// Runs a bundle once (`node scripts/compile-cache.cjs BUNDLE --version`) and keeps the code that V8 compiled for its start beside it.
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname, resolve } = require('node:path');
const { Script } = require('node:vm');

const filename = resolve(process.argv[2]);
process.argv.splice(1, 2, filename);
const script = new Script(wrap(readFileSync(filename, 'utf8')), { filename });
process.on('exit', () => writeFileSync(`${filename}.cache`, script.createCachedData()));
const module_ = { exports: {} };
script.runInThisContext().call(module_.exports, module_.exports, createRequire(filename), module_, filename, dirname(filename));
