import type { corev1 } from '@typekube/api';
import { type Entry, type EntryField, parseObject } from '../../cache/entry';
import { followCache } from '../../cache/follow-cache';
import type { ResourceCache } from '../../cache/resource-cache';
import { podReferences, type PodReferences } from './pod-references';

/** Which of a pod's references may come later than the pod gets its node. */
const LATE_REFERENCES = ['"resourceClaimStatuses"', '"extendedResourceClaimStatus"', '"ephemeralContainers"'];

interface Held {
  entry: Entry;
  /** Read when a kubelet first asks for something in the pod's namespace. */
  references: PodReferences | undefined;
}

/** The pods of every node, kept up with each change; what a pod refers to is read when it is asked for, not when it changes. */
export class PodsByNode {
  private readonly byNode = new Map<string, Map<string, Map<string, Held>>>();
  private readonly nodeOf = new Map<string, string>();
  private readonly nodeNameOf: EntryField | undefined;

  constructor(cache: ResourceCache) {
    this.nodeNameOf = cache.format.fieldOf('spec.nodeName');
    followCache(cache, {
      reset: (entries) => {
        this.byNode.clear();
        this.nodeOf.clear();
        for (const entry of entries) this.put(entry);
      },
      changed: ({ type, entry }) => {
        if (type === 'DELETED') this.remove(entry);
        else this.put(entry);
      },
    });
  }

  /** Whether a pod of the node, in this namespace, has references of which this is true. */
  some(node: string, namespace: string, matches: (references: PodReferences) => boolean): boolean {
    const pods = this.byNode.get(node)?.get(namespace);
    if (!pods) return false;
    for (const held of pods.values()) {
      held.references ??= podReferences(parseObject(held.entry.bytes) as corev1.Pod);
      if (matches(held.references)) return true;
    }
    return false;
  }

  /** Whether a pod is on the node. */
  has(node: string, key: string): boolean {
    return this.nodeOf.get(key) === node;
  }

  private put(entry: Entry): void {
    const node = this.nodeNameOf?.(entry) ?? '';
    const before = this.nodeOf.get(entry.key);
    if (before !== undefined && before !== node) this.remove(entry);
    if (node === '') return;
    const pods = this.podsOf(node, entry.namespace);
    const held = pods.get(entry.key);
    this.nodeOf.set(entry.key, node);
    if (!held) pods.set(entry.key, { entry, references: undefined });
    else Object.assign(held, { entry, ...(mayReferToMore(entry) && { references: undefined }) });
  }

  private remove({ key, namespace }: Entry): void {
    const node = this.nodeOf.get(key);
    if (node === undefined) return;
    this.nodeOf.delete(key);
    const namespaces = this.byNode.get(node);
    const pods = namespaces?.get(namespace);
    pods?.delete(key);
    if (pods?.size === 0) namespaces?.delete(namespace);
    if (namespaces?.size === 0) this.byNode.delete(node);
  }

  private podsOf(node: string, namespace: string): Map<string, Held> {
    let namespaces = this.byNode.get(node);
    if (!namespaces) this.byNode.set(node, (namespaces = new Map<string, Map<string, Held>>()));
    let pods = namespaces.get(namespace);
    if (!pods) namespaces.set(namespace, (pods = new Map<string, Held>()));
    return pods;
  }
}

function mayReferToMore({ bytes }: Entry): boolean {
  return LATE_REFERENCES.some((field) => bytes.includes(field));
}
