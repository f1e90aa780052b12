import type { Overlay } from './overlay';

export const discovery: Overlay = {
  Endpoint: { addresses: 'list=set' },
  EndpointHints: { forNodes: 'list=atomic', forZones: 'list=atomic' },
  EndpointPort: { '.': 'map=atomic' },
  EndpointSlice: { endpoints: 'list=atomic', ports: 'list=atomic' },
};
