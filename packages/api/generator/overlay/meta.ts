import type { Overlay } from './overlay';

export const meta: Overlay = {
  APIGroup: { serverAddressByClientCIDRs: 'list=atomic', versions: 'list=atomic' },
  APIGroupList: { groups: 'list=atomic' },
  APIResource: { categories: 'list=atomic', shortNames: 'list=atomic' },
  APIResourceList: { resources: 'list=atomic' },
  APIVersions: { serverAddressByClientCIDRs: 'list=atomic', versions: 'list=atomic' },
  DeleteOptions: { dryRun: 'list=atomic' },
  FieldSelectorRequirement: { values: 'list=atomic' },
  LabelSelector: { '.': 'map=atomic', matchExpressions: 'list=atomic' },
  LabelSelectorRequirement: { values: 'list=atomic' },
  ObjectMeta: {
    finalizers: 'list=set patch=merge',
    managedFields: 'list=atomic',
    ownerReferences: 'list=map(uid) patch=merge(uid)',
  },
  OwnerReference: { '.': 'map=atomic' },
  StatusDetails: { causes: 'list=atomic' },
};
