import type { rbacv1 } from '@typekube/api';
import { type Entry, parseObject } from '../../cache/entry';
import type { CacheEvent } from '../../cache/event-ring';
import { followCache } from '../../cache/follow-cache';
import type { ResourceCache } from '../../cache/resource-cache';
import { type Grant, subjectKey } from './grant';

type Binding = rbacv1.RoleBinding | rbacv1.ClusterRoleBinding;

const NONE: readonly Grant[] = [];

/** All role bindings or all cluster role bindings by those whom they mean, so that a decision looks only at the user's own. */
export class BindingIndex {
  /** By subject and namespace, then by the key of the binding. */
  private readonly grants = new Map<string, Map<string, readonly Grant[]>>();
  /** Where a binding's grants are. */
  private readonly places = new Map<string, readonly string[]>();
  /** The grants of one place in one list, made when they are asked for. */
  private readonly lists = new Map<string, readonly Grant[]>();

  constructor(cache: ResourceCache) {
    followCache(cache, { reset: (entries) => this.reset(entries), changed: (event) => this.change(event) });
  }

  /** What bindings of the namespace (of none, for cluster role bindings) give to a subject. */
  grantsTo(subject: string, namespace: string): readonly Grant[] {
    const place = placeOf(subject, namespace);
    const known = this.lists.get(place);
    if (known) return known;
    const found = this.grants.get(place);
    if (!found) return NONE;
    const list = [...found.values()].flat();
    this.lists.set(place, list);
    return list;
  }

  private reset(entries: Iterable<Entry>): void {
    this.grants.clear();
    this.places.clear();
    this.lists.clear();
    for (const entry of entries) this.add(entry);
  }

  private change({ type, entry }: CacheEvent): void {
    this.remove(entry.key);
    if (type !== 'DELETED') this.add(entry);
  }

  private add({ key, bytes, name, namespace }: Entry): void {
    const { subjects = [], roleRef } = parseObject(bytes) as Binding;
    const byPlace = new Map<string, Grant[]>();
    for (const subject of subjects) {
      const found = subjectKey(subject, namespace);
      if (found === undefined) continue;
      const place = placeOf(found, namespace);
      const here = byPlace.get(place);
      const grant: Grant = { binding: { name, namespace }, roleRef, subject };
      if (here) here.push(grant);
      else byPlace.set(place, [grant]);
    }
    this.places.set(key, [...byPlace.keys()]);
    for (const [place, grants] of byPlace) {
      this.lists.delete(place);
      const here = this.grants.get(place);
      if (here) here.set(key, grants);
      else this.grants.set(place, new Map([[key, grants]]));
    }
  }

  private remove(key: string): void {
    for (const place of this.places.get(key) ?? []) {
      this.lists.delete(place);
      const here = this.grants.get(place);
      here?.delete(key);
      if (here?.size === 0) this.grants.delete(place);
    }
    this.places.delete(key);
  }
}

/** Namespaces have no spaces in their names. */
function placeOf(subject: string, namespace: string): string {
  return `${namespace} ${subject}`;
}
