import type { Overlay } from './overlay';

export const storage: Overlay = {
  CSIDriverSpec: { tokenRequests: 'list=atomic', volumeLifecycleModes: 'list=set' },
  CSINodeDriver: { topologyKeys: 'list=atomic' },
  CSINodeSpec: { drivers: 'list=map(name) patch=merge(name)' },
  StorageClass: { allowedTopologies: 'list=atomic', mountOptions: 'list=atomic' },
};
