// Lint is law: oxlint with types (floating promises, import rules between packages), the types of the tests, dead code.
import { spawnSync } from 'node:child_process';

const commands = [
  ['oxlint', '--type-aware', '--quiet'],
  ['tsc', '-p', 'tsconfig.test.json'],
  ['knip'],
];

const root = new URL('..', import.meta.url).pathname;
process.chdir(root);
process.env.PATH = `${root}node_modules/.bin:${process.env.PATH}`;

let failed = false;
for (const [command, ...args] of commands) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
