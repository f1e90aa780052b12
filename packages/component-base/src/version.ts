/** The Kubernetes version whose API and behaviour these components have. */
export const KUBERNETES_VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.0',
} as const;

/** What `--version` prints. */
export function versionText(): string {
  return `Kubernetes ${KUBERNETES_VERSION.gitVersion}`;
}
