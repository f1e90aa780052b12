import { compareVersionPriority, type KubeObject, qualifiedResource } from '@typekube/apimachinery';
import { compareGroups } from './group-priority';
import type { ResourceDefinition, ServedVersion } from './resource-definition';
import type { RuntimeConfig } from './runtime-config';

/** A resource in one of the versions it is served in. */
export interface ServedResource<T extends KubeObject = KubeObject> {
  readonly definition: ResourceDefinition<T>;
  readonly version: ServedVersion<T>;
}

/** A group with its served versions, the preferred one first. */
export interface ServedGroup {
  readonly group: string;
  readonly versions: readonly string[];
  readonly preferredVersion: string;
}

export type RegistryChange = { readonly type: 'added' | 'removed'; readonly definition: ResourceDefinition };

/**
 * All resources that a server serves: what is defined, less what the runtime configuration switches off. Custom resources
 * come and go at run time. Lookups cost one map access; lists are computed anew after a change.
 */
export class ResourceRegistry {
  private readonly definitions = new Map<string, ResourceDefinition>();
  private readonly byPath = new Map<string, ServedResource>();
  private readonly byGroupVersionKind = new Map<string, ServedResource>();
  private readonly listeners = new Set<(change: RegistryChange) => void>();
  private ordered: readonly ServedGroup[] | undefined;

  /** Without a configuration each version is served as its definition says. */
  constructor(
    definitions: readonly ResourceDefinition[],
    private readonly config?: RuntimeConfig,
  ) {
    for (const definition of definitions) this.insert(definition);
  }

  /** The resource of a path: `('apps', 'v1', 'deployments')`; undefined if it is not served. */
  byResource(group: string, version: string, plural: string): ServedResource | undefined {
    return this.byPath.get(keyOf(group, version, plural));
  }

  /** The resource of an object: `('apps', 'v1', 'Deployment')`; undefined if it is not served. */
  byKind(group: string, version: string, kind: string): ServedResource | undefined {
    return this.byGroupVersionKind.get(keyOf(group, version, kind));
  }

  /** The definition whatever its versions, even if none of them is served. */
  definition(group: string, plural: string): ResourceDefinition | undefined {
    return this.definitions.get(keyOf(group, plural));
  }

  /** Every definition of which at least one version is served, in the order they were added. */
  served(): ResourceDefinition[] {
    return [...this.definitions.values()].filter((definition) => this.versionsOf(definition).length > 0);
  }

  /** Groups in upstream's order of discovery, core first; only those that serve something. */
  groups(): readonly ServedGroup[] {
    this.ordered ??= this.orderGroups();
    return this.ordered;
  }

  /** The resources of one group and version, by plural name. */
  resources(group: string, version: string): ServedResource[] {
    const found = [...this.byPath.values()].filter((r) => r.definition.group === group && r.version.version === version);
    return found.sort((a, b) => (a.definition.plural < b.definition.plural ? -1 : 1));
  }

  /** The version of a resource that clients should use: the first of its own that is served. */
  preferredVersion(group: string, plural: string): ServedVersion | undefined {
    const definition = this.definition(group, plural);
    return definition && this.versionsOf(definition)[0];
  }

  /** Serves a resource from now on; one of the same group and plural is replaced. */
  add(definition: ResourceDefinition): void {
    this.drop(definition.group, definition.plural);
    this.insert(definition);
    this.notify({ type: 'added', definition });
  }

  /** Serves a resource no longer; false if there was none. */
  remove(group: string, plural: string): boolean {
    const definition = this.drop(group, plural);
    if (definition) this.notify({ type: 'removed', definition });
    return definition !== undefined;
  }

  /** Calls `listener` after each change, synchronously; the returned function ends that. */
  onChange(listener: (change: RegistryChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private insert(definition: ResourceDefinition): void {
    const { group, plural, kind } = definition;
    if (this.definitions.has(keyOf(group, plural))) {
      throw new Error(`${qualifiedResource({ group, resource: plural })} is defined twice`);
    }
    this.definitions.set(keyOf(group, plural), definition);
    for (const version of this.versionsOf(definition)) {
      const resource = { definition: version.custom ? { ...definition, ...version.custom.parts } : definition, version };
      this.byPath.set(keyOf(group, version.version, plural), resource);
      this.byGroupVersionKind.set(keyOf(group, version.version, kind), resource);
    }
    this.ordered = undefined;
  }

  private drop(group: string, plural: string): ResourceDefinition | undefined {
    const definition = this.definitions.get(keyOf(group, plural));
    if (!definition) return undefined;
    this.definitions.delete(keyOf(group, plural));
    for (const { version } of definition.versions) {
      this.byPath.delete(keyOf(group, version, plural));
      this.byGroupVersionKind.delete(keyOf(group, version, definition.kind));
    }
    this.ordered = undefined;
    return definition;
  }

  private versionsOf({ group, plural, versions }: ResourceDefinition): ServedVersion[] {
    const { config } = this;
    return versions.filter(
      (v) => config?.isEnabled({ group, version: v.version, plural, byDefault: v.enabledByDefault }) ?? v.enabledByDefault,
    );
  }

  private orderGroups(): ServedGroup[] {
    const versions = new Map<string, Set<string>>();
    for (const { definition, version } of this.byPath.values()) {
      const known = versions.get(definition.group) ?? new Set();
      versions.set(definition.group, known.add(version.version));
    }
    return [...versions].sort(([a], [b]) => compareGroups(a, b)).map(([group, found]) => {
      const ordered = [...found].sort(compareVersionPriority);
      return { group, versions: ordered, preferredVersion: ordered[0] ?? '' };
    });
  }

  private notify(change: RegistryChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

function keyOf(...parts: string[]): string {
  return parts.join('/');
}
