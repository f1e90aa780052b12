// Lint is law: oxlint with types (floating promises, import rules between packages), the types of the tests, dead code.
import { spawnSync } from 'node:child_process';

const commands = [
  ['oxlint', '--type-aware', '--quiet'],
  ['tsc', '-p', 'tsconfig.test.json'],
  ['knip'],
];

let failed = false;
for (const [command, ...args] of commands) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
