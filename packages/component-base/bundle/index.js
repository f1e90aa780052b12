// Loads a bundled binary with the code that V8 compiled at build time (scripts/bundle.mjs). Plain JavaScript, because it runs before
// anything else: its own loading must cost nothing.
const { closeSync, existsSync, openSync, readSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, resolve } = require('node:path');
const { Script } = require('node:vm');

/** Runs the bundle in this process. V8 refuses code of another version of itself, and then compiles anew. */
exports.load = function load(path) {
  const filename = resolve(path);
  const cache = `${filename}.cache`;
  const files = existsSync(cache) ? [filename, cache] : [filename];
  // Both files by way of the same memory: the first touch of a page costs more than what is copied to it.
  const room = Buffer.allocUnsafeSlow(Math.max(...files.map((file) => statSync(file).size)));
  // Bundles are ASCII, and the function around a module is in them (scripts/bundle.mjs): as UTF-8, reading one would take ten times as long.
  const source = readInto(room, filename).latin1Slice();
  const cachedData = files.includes(cache) ? readInto(room, cache) : undefined;
  const script = new Script(source, { filename, cachedData });
  const module = { exports: {} };
  script.runInThisContext().call(module.exports, module.exports, createRequire(filename), module, filename, dirname(filename));
};

/** What the file holds, at the beginning of `room`. */
function readInto(room, path) {
  const file = openSync(path);
  let length = 0;
  for (let read = -1; read !== 0; length += read) read = readSync(file, room, length, room.length - length, null);
  closeSync(file);
  return room.subarray(0, length);
}
