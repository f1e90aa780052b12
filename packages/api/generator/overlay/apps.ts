import type { Overlay } from './overlay';

export const apps: Overlay = {
  DaemonSetStatus: { conditions: 'list=map(type) patch=merge(type)' },
  DeploymentSpec: { strategy: 'patch=retainKeys' },
  DeploymentStatus: { conditions: 'list=map(type) patch=merge(type)' },
  ReplicaSetStatus: { conditions: 'list=map(type) patch=merge(type)' },
  StatefulSetSpec: { volumeClaimTemplates: 'list=atomic' },
  StatefulSetStatus: { conditions: 'list=map(type) patch=merge(type)' },
};
