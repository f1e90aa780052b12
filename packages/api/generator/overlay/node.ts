import type { Overlay } from './overlay.js';

export const node: Overlay = {
  Scheduling: { nodeSelector: 'map=atomic', tolerations: 'list=atomic' },
};
