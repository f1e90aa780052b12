// What `/version` and the metrics tell of a build: the commit it is made from, whether anything was changed since, and when it was made.
// Outside of a clone there is no commit to tell; `SOURCE_DATE_EPOCH` makes two builds of one commit the same.
import { spawnSync } from 'node:child_process';

export function describeSource(env = process.env) {
  const seconds = Number(env.SOURCE_DATE_EPOCH || Math.floor(Date.now() / 1000));
  const buildDate = new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  // Sources that lie unpacked in a folder of another clone are not of its commit.
  const gitCommit = git('rev-parse', '--show-prefix') === '' && git('rev-parse', '--verify', 'HEAD^{commit}');
  if (!gitCommit) return { gitCommit: '', gitTreeState: '', buildDate };
  // What builds and installs leave behind is ignored by git, and so changes nothing here.
  const changes = git('status', '--porcelain');
  return { gitCommit, gitTreeState: changes === '' ? 'clean' : 'dirty', buildDate };
}

/** What a command of git says; undefined where it cannot: there is no git, or no clone. */
function git(...args) {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? stdout.trim() : undefined;
}
