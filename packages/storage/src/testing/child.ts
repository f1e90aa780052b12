import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const PACKAGE = join(__dirname, '..');

/**
 * Starts a process that runs an exported async function of a module of this package (path relative to `src`, without extension) with one text
 * argument. The sources are compiled on the fly by the transformer that jest uses.
 */
export function runInChild(module: string, exported: string, argument: string): ChildProcess {
  const script = `
    const { transformSync } = require('@swc/core');
    const { readFileSync } = require('node:fs');
    require.extensions['.ts'] = (loaded, file) => loaded._compile(
      transformSync(readFileSync(file, 'utf8'), {
        filename: file, module: { type: 'commonjs' }, jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      }).code, file);
    require(process.argv[1])[process.argv[2]](process.argv[3]).catch((error) => { console.error(error); process.exit(1); });
  `;
  return spawn(process.execPath, ['-e', script, join(PACKAGE, module), exported, argument], { stdio: ['ignore', 'pipe', 'pipe'] });
}
