// Builds everything: the generators of types, schemas and wire messages first, then what they generate, then all packages, then the OpenAPI documents and
// the binaries' bundles.
import { spawnSync } from 'node:child_process';

for (const [command, ...args] of [
  ['tsc', '-b', 'packages/api/generator'],
  ['node', 'packages/api/generator/dist/main.js'],
  ['node', 'scripts/generate-proto.mjs'],
  ['tsc', '-b'],
  ['node', 'scripts/prebuild-openapi.mjs'],
  ['node', 'scripts/bundle.mjs'],
]) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: false });
  if (status !== 0) process.exit(status ?? 1);
}
