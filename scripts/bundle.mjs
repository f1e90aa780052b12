// Bundles each binary into one file with V8's compiled code beside it: loading some 900 modules one by one would cost
// half of the time in which the API server has to be ready.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describeSource } from './describe-source.mjs';

/** What has native code, or is loaded only when needed, stays outside. */
const EXTERNAL = ['koffi', 'etcd3', '@grpc/grpc-js', 'winston', 'yaml'];

/**
 * What libraries load at their start and we never call. Express: reading bodies (ours are bounded and of other types), sending files, guessing
 * types of content. LMDB's: coding of objects (ours are bytes).
 */
const NEVER_CALLED = ['body-parser', 'serve-static', 'send', 'mime-types', 'msgpackr'];
const ALIASES = {
  ...Object.fromEntries(NEVER_CALLED.map((name) => [name, join(process.cwd(), 'scripts', 'never-called.cjs')])),
  'node-gyp-build-optional-packages': join(process.cwd(), 'packages', 'storage', 'bundle', 'lmdb-addon.cjs'),
};

/** `start`: arguments of a start that ends by itself, or is told to when it prints `until`: what it compiles is kept for the next one. */
const BINARIES = [
  { package: 'apiserver', name: 'kube-apiserver', start: ['--secure-port=0', '--bind-address=127.0.0.1'], until: 'Serving securely' },
  { package: 'controller-manager', name: 'kube-controller-manager' },
  { package: 'scheduler', name: 'kube-scheduler' }, { package: 'kube-proxy', name: 'kube-proxy' },
  { package: 'dns', name: 'kube-dns' }, { package: 'metrics-server', name: 'metrics-server' },
  { package: 'kubelet', name: 'kubelet' }, { package: 'cri-shim', name: 'cri-shim' },
  { package: 'cli', name: 'typekube' },
];

const [only] = process.argv.slice(2);
const source = describeSource();

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
    charset: 'ascii',
    logLevel: 'error',
    external: EXTERNAL,
    alias: ALIASES,
    define: { TYPEKUBE_SOURCE: JSON.stringify(source) },
    minifyWhitespace: true,
    // The function that node makes of each module, whole in the file: to put it around the text while starting would copy the text.
    banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
    footer: { js: '})' },
    // What is loaded late is loaded by require: the compiled script has no loader of modules of its own.
    supported: { 'dynamic-import': false },
  });
  checkIsAscii(outfile);
  keepCompiled(outfile, binary);
}

/** Bundles are read as Latin-1, which is fastest. esbuild escapes what it can, but no regular expressions. */
function checkIsAscii(bundle) {
  const found = /.{0,60}[^\x00-\x7f].{0,20}/.exec(readFileSync(bundle, 'utf8'));
  if (found) throw new Error(`${bundle} is not ASCII; write an escape instead: ${found[0]}`);
}

function keepCompiled(bundle, { start = ['--version'], until }) {
  const folder = mkdtempSync(join(tmpdir(), 'typekube-bundle-'));
  try {
    const args = until ? ['--until', until, ...start, `--data-dir=${folder}`] : start;
    const { status } = spawnSync('node', ['scripts/compile-cache.cjs', bundle, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) process.exit(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
