// Bundles each binary into one file with V8's compiled code beside it: loading some 900 modules one by one would cost
// half of the time in which the API server has to be ready.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';

/** What has native code, or is loaded only when needed, stays outside. */
const EXTERNAL = ['lmdb', 'etcd3', '@grpc/grpc-js', 'winston', 'yaml'];

const BINARIES = [
  { package: 'apiserver', name: 'kube-apiserver' },
  { package: 'controller-manager', name: 'kube-controller-manager' },
  { package: 'scheduler', name: 'kube-scheduler' }, { package: 'kube-proxy', name: 'kube-proxy' },
  { package: 'dns', name: 'kube-dns' },
  { package: 'kubelet', name: 'kubelet' }, { package: 'cri-shim', name: 'cri-shim' },
  { package: 'cli', name: 'typekube' },
];

const [only] = process.argv.slice(2);

for (const binary of BINARIES) {
  if (only && binary.package !== only) continue;
  const folder = join('packages', binary.package, 'dist');
  const outfile = join(folder, 'bundle', `${binary.name}.js`);
  await build({
    entryPoints: [join(folder, 'main.js')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    logLevel: 'error',
    external: EXTERNAL,
    // What is loaded late is loaded by require: the compiled script has no loader of modules of its own.
    supported: { 'dynamic-import': false },
  });
  const { status } = spawnSync('node', ['scripts/compile-cache.cjs', outfile, '--version'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(1);
}
