import { type Node, nodeName } from '../framework/objects';
import type { ImageState } from './node-info';

/** Which nodes have which images. */
export class ImageTable {
  private readonly images = new Map<string, { size: number; readonly nodes: Set<string> }>();
  private readonly byNode = new Map<string, readonly string[]>();

  /** Takes the images that a node has now, and gives their states by name. */
  update(node: Node): ReadonlyMap<string, ImageState> {
    const name = nodeName(node);
    this.remove(name);
    const states = new Map<string, ImageState>();
    for (const { names = [], sizeBytes = 0 } of node.status?.images ?? []) {
      for (const image of names) states.set(image, this.add(image, sizeBytes, name));
    }
    this.byNode.set(name, [...states.keys()]);
    return states;
  }

  /** Forgets a node's images. */
  remove(node: string): void {
    for (const image of this.byNode.get(node) ?? []) {
      const state = this.images.get(image);
      state?.nodes.delete(node);
      if (state?.nodes.size === 0) this.images.delete(image);
    }
    this.byNode.delete(node);
  }

  private add(image: string, size: number, node: string): ImageState {
    const state = this.images.get(image) ?? { size, nodes: new Set<string>() };
    state.nodes.add(node);
    this.images.set(image, state);
    return state;
  }
}
