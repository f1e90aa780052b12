/** The Kubernetes version whose API and behaviour these components have. */
export const KUBERNETES_VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.0',
} as const;

/** What the bundling of a binary puts in place of this name; it is not there where the sources run as they are. */
declare const TYPEKUBE_SOURCE: { readonly gitCommit: string; readonly gitTreeState: string; readonly buildDate: string } | undefined;

/** What is said of a build that knows nothing of its source, as upstream. */
const UNKNOWN_SOURCE = { gitCommit: '', gitTreeState: '', buildDate: '1970-01-01T00:00:00Z' };

/** How the components are made, under the names of what upstream tells of its build with Go. */
export const BUILD = {
  ...(typeof TYPEKUBE_SOURCE === 'undefined' ? UNKNOWN_SOURCE : TYPEKUBE_SOURCE),
  goVersion: process.version,
  compiler: 'v8',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
} as const;

/** What `--version` prints. */
export function versionText(): string {
  return `Kubernetes ${KUBERNETES_VERSION.gitVersion}`;
}
