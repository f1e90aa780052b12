// Loads a bundled binary with the code that V8 compiled at build time (scripts/bundle.mjs). Plain JavaScript, because it runs before
// anything else: its own loading must cost nothing.
const { existsSync, readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, resolve } = require('node:path');
const { Script } = require('node:vm');

/** Runs the bundle in this process. V8 refuses code of another version of itself, and then compiles anew. */
exports.load = function load(path) {
  const filename = resolve(path);
  const cache = `${filename}.cache`;
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
  // Bundles are ASCII, and the function around a module is in them (scripts/bundle.mjs): as UTF-8, reading one would take ten times as long.
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  const module = { exports: {} };
  script.runInThisContext().call(module.exports, module.exports, createRequire(filename), module, filename, dirname(filename));
};
