// Makes sure that what a command needs is there, and says what it does: `node scripts/ensure.mjs [install] [system] [build]`.
//   install  node_modules as package-lock.json says
//   system   Debian packages and clients that tests run against (etcd, kubectl)
//   build    dist of every package
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const STAMP = 'node_modules/.typekube-lock.sha256';

const steps = {
  install() {
    const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
    if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return;
    console.log('Installing npm packages …');
    // Not `npm ci`: it refuses a lock file made where a registry had not every platform's optional binaries.
    run('npm', ['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error']);
    writeFileSync(STAMP, lock);
  },
  system: () => run('bash', ['scripts/system-packages.sh']),
  build() {
    console.log('Building …');
    run('node', ['scripts/build.mjs']);
  },
};

const root = new URL('..', import.meta.url).pathname;
process.chdir(root);
process.env.PATH = `${root}node_modules/.bin:${process.env.PATH}`;
for (const name of process.argv.slice(2)) {
  const step = steps[name];
  if (!step) throw new Error(`unknown step ${name}: one of ${Object.keys(steps).join(', ')}`);
  step();
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
