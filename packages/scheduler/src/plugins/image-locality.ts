import type { ImageState, NodeInfo } from '../cache/node-info';
import type { CycleState } from '../framework/cycle-state';
import type { PluginHandle } from '../framework/handle';
import { type Pod, specOf } from '../framework/objects';
import { MAX_NODE_SCORE, type Plugin } from '../framework/plugin';

const MEBIBYTE = 1024 * 1024;
/** Less than this on a node is no reason to prefer it. */
const LEAST = 23 * MEBIBYTE;
/** What a container adds at most. */
const MOST_EACH = 1000 * MEBIBYTE;

/** Prefers nodes that have the pod's images already, the more so the larger they are and the more nodes have them. */
export class ImageLocality implements Plugin {
  readonly name = 'ImageLocality';

  constructor(private readonly handle: Pick<PluginHandle, 'snapshot'>) {}

  score(_state: CycleState, pod: Pod, node: NodeInfo): number {
    if (!node.images.size) return 0;
    const { containers, initContainers = [] } = specOf(pod);
    const all = [...containers, ...initContainers];
    const nodes = this.handle.snapshot().nodes.length;
    let sum = 0;
    for (const { image } of all) {
      const state = node.images.get(normalizedName(image ?? ''));
      if (state) sum += spreadSize(state, nodes);
    }
    const most = MOST_EACH * all.length;
    return Math.trunc((MAX_NODE_SCORE * (Math.min(Math.max(sum, LEAST), most) - LEAST)) / (most - LEAST));
  }
}

/** The image's size, less the fewer nodes have it: or all pods would go to the first node that has pulled it. */
function spreadSize({ size, nodes }: ImageState, all: number): number {
  return Math.trunc(size * (nodes.size / all));
}

/** With the tag that is meant where there is none. */
function normalizedName(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}
