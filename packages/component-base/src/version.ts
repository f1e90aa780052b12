/** The Kubernetes version whose API and behaviour these components have. */
export const KUBERNETES_VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.0',
} as const;

/** How the components are made, under the names of what upstream tells of its build with Go. */
export const BUILD = {
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: process.version,
  compiler: 'v8',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
} as const;

/** What `--version` prints. */
export function versionText(): string {
  return `Kubernetes ${KUBERNETES_VERSION.gitVersion}`;
}
