import { type Node, nodeName } from '../framework/objects';

/** A node's zone: its region and zone labels, the older names if the newer are absent; empty for none. (GetZoneKey) */
export function zoneKey(node: Node): string {
  const labels = node.metadata.labels ?? {};
  const zone = labels['failure-domain.beta.kubernetes.io/zone'] || labels['topology.kubernetes.io/zone'] || '';
  const region = labels['failure-domain.beta.kubernetes.io/region'] || labels['topology.kubernetes.io/region'] || '';
  return region || zone ? `${region}:\u0000:${zone}` : '';
}

/** The names of all nodes by zone, so that they can be looked at in turns: the first of each zone, the second of each, … */
export class NodeTree {
  private readonly zones = new Map<string, Set<string>>();

  add(node: Node): void {
    const zone = zoneKey(node);
    const names = this.zones.get(zone);
    if (names) names.add(nodeName(node));
    else this.zones.set(zone, new Set([nodeName(node)]));
  }

  remove(node: Node): void {
    const zone = zoneKey(node);
    const names = this.zones.get(zone);
    names?.delete(nodeName(node));
    if (names?.size === 0) this.zones.delete(zone);
  }

  /** All names, the zones taking turns. */
  list(): string[] {
    const zones = [...this.zones.values()].map((names) => [...names]);
    const longest = Math.max(0, ...zones.map(({ length }) => length));
    const all: string[] = [];
    for (let i = 0; i < longest; i++) {
      for (const names of zones) {
        const name = names[i];
        if (name !== undefined) all.push(name);
      }
    }
    return all;
  }
}
