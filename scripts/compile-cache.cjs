// Runs a bundle once (`node scripts/compile-cache.cjs BUNDLE [--until TEXT] ARGUMENTS…`) and keeps the code that V8 compiled for its start beside
// it. With --until, the program is told to end when it prints TEXT: what it had compiled by then is what its next start needs.
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, resolve } = require('node:path');
const { Script } = require('node:vm');

const [bundle, ...rest] = process.argv.slice(2);
const filename = resolve(bundle);
const until = rest[0] === '--until' ? rest.splice(0, 2)[1] : undefined;
process.argv.splice(1, Infinity, filename, ...rest);
const source = readFileSync(filename, 'latin1');
const script = new Script(source, { filename });
process.on('exit', keepCode);
if (until) endAt(until);
const module_ = { exports: {} };
script.runInThisContext().call(module_.exports, module_.exports, createRequire(filename), module_, filename, dirname(filename));

function keepCode() {
  const cachedData = script.createCachedData();
  // The next start would silently compile everything anew.
  if (new Script(source, { filename, cachedData }).cachedDataRejected) throw new Error(`V8 refuses its own code of ${filename}`);
  writeFileSync(`${filename}.cache`, cachedData);
}

function endAt(text) {
  const write = process.stderr.write;
  process.stderr.write = (chunk, ...others) => {
    if (String(chunk).includes(text)) process.kill(process.pid, 'SIGTERM');
    else if (/^[EF]\d/.test(chunk)) return write.call(process.stderr, chunk, ...others);
    return true;
  };
}
