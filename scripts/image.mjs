// Makes an image of the components that need no rights on a node, without a program that builds images: `npm run image [FILE]`.
// It holds this machine's node with its libraries, the bundles, and what of node_modules they load: it runs on this machine's architecture.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, createReadStream, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

const { version } = createRequire(import.meta.url)('../package.json');
const NAME = `docker.io/library/typekube:${version}`;
const HOME = '/opt/typekube';
const USER = '65532:65532';
const COMPONENTS = [
  { package: 'apiserver', binary: 'kube-apiserver' },
  { package: 'controller-manager', binary: 'kube-controller-manager' },
  { package: 'scheduler', binary: 'kube-scheduler' },
  { package: 'dns', binary: 'kube-dns' },
  { package: 'metrics-server', binary: 'metrics-server' },
];
/** What starts a bundle, and what bundles read. */
const BESIDE_BUNDLES = [
  ['component-base', 'bundle'],
  ['api', 'generated'],
];

const output = resolve(process.argv[2] ?? 'dist/typekube-image.tar');
process.chdir(join(import.meta.dirname, '..'));
const work = mkdtempSync(join(tmpdir(), 'typekube-image-'));
try {
  const root = join(work, 'root');
  addNode(root);
  addSystemFiles(root);
  addComponents(root);
  await pack(root);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${NAME} is in ${output}`);

/** The program, and `env`, which the binaries are started by. */
function addNode(root) {
  copyProgram(root, process.execPath, '/usr/local/bin/node');
  copyProgram(root, '/usr/bin/env', '/usr/bin/env');
}

function copyProgram(root, program, target) {
  copy(realpathSync(program), join(root, target));
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm);
  for (const [, library] of libraries) copy(realpathSync(library), join(root, library));
}

function addSystemFiles(root) {
  const files = {
    'etc/passwd': 'root:x:0:0:root:/root:/usr/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/usr/sbin/nologin\n',
    'etc/group': 'root:x:0:\nnonroot:x:65532:\n',
    'etc/nsswitch.conf': 'hosts: files dns\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, 'tmp'));
  chmodSync(join(root, 'tmp'), 0o1777);
}

function addComponents(root) {
  const home = join(root, HOME);
  const workspaces = COMPONENTS.flatMap((component) => ['-w', `@typekube/${component.package}`]);
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable', ...workspaces], { encoding: 'utf8' }).trim().split('\n');
  const isLibrary = (path) => path.includes('/node_modules/') && !/\/node_modules\/@(typekube|types)\//.test(path);
  for (const path of new Set(listed.map((line) => relative(process.cwd(), line)).filter((path) => isLibrary(`/${path}`)))) {
    cpSync(path, join(home, path), { recursive: true, filter: (source) => source === path || isNeeded(relative(path, source)) });
  }
  for (const [name, part] of BESIDE_BUNDLES) {
    for (const file of ['package.json', part]) copy(join('packages', name, file), join(home, 'node_modules/@typekube', name, file));
  }
  mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
  for (const { package: name, binary } of COMPONENTS) {
    const folder = join('packages', name);
    for (const part of ['package.json', 'bin', 'dist/bundle']) copy(join(folder, part), join(home, folder, part));
    symlinkSync(join(HOME, folder, 'bin', `${binary}.js`), join(root, 'usr/local/bin', binary));
  }
}

/** Libraries of a library are listed by themselves; types and texts nobody loads. */
function isNeeded(path) {
  return !/(^|\/)node_modules(\/|$)/.test(path) && !/\.(d\.[cm]?ts|map|md|markdown)$/.test(path);
}

function copy(from, to) {
  cpSync(from, to, { recursive: true, filter: (source) => !source.endsWith('.map') });
}

/** One layer with its configuration, as `docker save` writes it. */
async function pack(root) {
  const layer = join(work, 'layer.tar');
  const sameEachTime = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  execFileSync('tar', ['-C', root, ...sameEachTime, '-cf', layer, '.']);
  const hash = createHash('sha256');
  await pipeline(createReadStream(layer), hash);
  const config = {
    architecture: { x64: 'amd64' }[process.arch] ?? process.arch,
    os: 'linux',
    config: { User: USER, Env: ['PATH=/usr/local/bin:/usr/bin'], WorkingDir: '/' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${hash.digest('hex')}`] },
  };
  writeFileSync(join(work, 'config.json'), JSON.stringify(config));
  writeFileSync(join(work, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [NAME], Layers: ['layer.tar'] }]));
  mkdirSync(dirname(output), { recursive: true });
  execFileSync('tar', ['-C', work, '-cf', output, 'manifest.json', 'config.json', 'layer.tar']);
}
