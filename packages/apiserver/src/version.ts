import { BUILD, KUBERNETES_VERSION } from '@typekube/component-base';

/** What `/version` answers: the API surface is that of this Kubernetes release. */
export const VERSION = {
  major: KUBERNETES_VERSION.major,
  minor: KUBERNETES_VERSION.minor,
  gitVersion: `${KUBERNETES_VERSION.gitVersion}+typekube`,
  ...BUILD,
} as const;
