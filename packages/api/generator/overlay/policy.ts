import type { Overlay } from './overlay';

export const policy: Overlay = {
  PodDisruptionBudgetSpec: { selector: 'patch=replace' },
  PodDisruptionBudgetStatus: { conditions: 'list=map(type) patch=merge(type)' },
};
