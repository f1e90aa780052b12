import type { Overlay } from './overlay';

export const node: Overlay = {
  Scheduling: { nodeSelector: 'map=atomic', tolerations: 'list=atomic' },
};
