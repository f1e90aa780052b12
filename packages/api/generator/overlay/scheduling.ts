import type { Overlay } from './overlay';

export const scheduling: Overlay = {
  PodGroupSchedulingConstraints: { topology: 'list=atomic' },
  PodGroupSchedulingPolicy: {
    '.': 'union=(basic,gang)',
    basic: 'type=@io.k8s.api.scheduling.v1alpha2.BasicSchedulingPolicy',
  },
  PodGroupSpec: { resourceClaims: 'list=map(name) patch=merge,retainKeys(name)' },
  PodGroupStatus: {
    conditions: 'list=map(type) patch=merge(type)',
    resourceClaimStatuses: 'list=map(name) patch=merge,retainKeys(name)',
  },
  PodGroupTemplate: { resourceClaims: 'list=map(name) patch=merge,retainKeys(name)' },
  PodGroupTemplateReference: { '.': 'union=(workload)' },
  WorkloadSpec: { podGroupTemplates: 'list=map(name)' },
};
