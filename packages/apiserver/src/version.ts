/** What `/version` answers: the API surface is that of this Kubernetes release. */
export const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.0+typekube',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: process.version,
  compiler: 'v8',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
} as const;
