// Builds everything, or one package with what it needs: `node scripts/build.mjs [PACKAGE]`. First the code that is generated (types and
// schemas of the API, messages of gRPC services), then TypeScript, then what is made of it (OpenAPI documents, bundled binaries).
import { spawnSync } from 'node:child_process';

const root = new URL('..', import.meta.url).pathname;
process.chdir(root);
process.env.PATH = `${root}node_modules/.bin:${process.env.PATH}`;

const [only] = process.argv.slice(2);

run('tsc', '-b', 'packages/api/generator');
run('node', 'packages/api/generator/dist/main.js');
run('node', 'scripts/generate-proto.mjs');
run('tsc', '-b', ...(only ? [`packages/${only}`] : []));
run('node', 'scripts/prebuild-openapi.mjs');
run('node', 'scripts/bundle.mjs', ...(only ? [only] : []));

function run(command, ...args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
