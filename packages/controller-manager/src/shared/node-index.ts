import type { Pod } from './objects';

/** The index of pods by the node they run on. */
export const BY_NODE = 'node';

export function nodeIndex({ spec }: Pod): string[] {
  return spec?.nodeName ? [spec.nodeName] : [];
}
