import type { RequestInfo } from '../http/request-info';

/** How many watches would be told of a write: those of the whole resource, of its namespace, and of its name. */
export class WatchCounts {
  private readonly counts = new Map<string, number>();

  /** Counts a watch until the returned function is called. */
  add(info: RequestInfo): () => void {
    const key = keyOf(info, info.namespace, info.name);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    return () => {
      const left = (this.counts.get(key) ?? 1) - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    };
  }

  interestedIn(info: RequestInfo): number {
    if (this.counts.size === 0) return 0;
    const { namespace, name } = info;
    const keys = new Set([keyOf(info, '', ''), keyOf(info, namespace, ''), keyOf(info, '', name), keyOf(info, namespace, name)]);
    let sum = 0;
    for (const key of keys) sum += this.counts.get(key) ?? 0;
    return sum;
  }
}

function keyOf({ apiGroup, resource }: RequestInfo, namespace: string, name: string): string {
  return `${apiGroup}/${resource}/${namespace}/${name}`;
}
