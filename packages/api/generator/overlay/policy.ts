import type { Overlay } from './overlay.js';

export const policy: Overlay = {
  PodDisruptionBudgetSpec: { selector: 'patch=replace' },
  PodDisruptionBudgetStatus: { conditions: 'list=map(type) patch=merge(type)' },
};
