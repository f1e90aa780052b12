import { getSchema, type ResourceDefinition, type ServedResource, type ServedVersion } from '@typekube/api';
import type { GroupKind, GroupResource, KubeObject, Schema } from '@typekube/apimachinery';
import type { ResourceCache } from '../cache/resource-cache';
import { MappedRepresentation, metadataMapping } from './mapped-representation';
import { NativeRepresentation } from './native-representation';
import type { Representation } from './representation';
import { type IncludeObject, TableRepresentation } from './table-representation';

/** A stored resource: its definition and its cache. Shared by all versions it is served in. */
export class Resource {
  readonly groupResource: GroupResource;
  readonly groupKind: GroupKind;
  readonly namespaced: boolean;

  constructor(
    readonly definition: ResourceDefinition,
    readonly cache: ResourceCache,
  ) {
    this.groupResource = { group: definition.group, resource: definition.plural };
    this.groupKind = { group: definition.group, kind: definition.kind };
    this.namespaced = definition.scope === 'Namespaced';
  }

  /** The store key of an object: `/registry/pods/NAMESPACE/NAME`. */
  key(namespace: string, name: string): string {
    return this.namespaced ? `${this.cache.prefix}${namespace}/${name}` : this.cache.prefix + name;
  }

  /** The prefix of all objects, or of those in one namespace. */
  prefix(namespace: string): string {
    return this.namespaced && namespace ? `${this.cache.prefix}${namespace}/` : this.cache.prefix;
  }
}

/** A resource in one served version: what its requests need, made ready once. */
export class Endpoint {
  readonly definition: ResourceDefinition;
  readonly version: ServedVersion;
  readonly apiVersion: string;
  readonly schema: Schema;
  private readonly plain: Representation;
  private readonly metadataOnly = new MappedRepresentation(metadataMapping);

  constructor(
    served: ServedResource,
    readonly resource: Resource,
  ) {
    const { definition, version } = served;
    this.definition = definition;
    this.version = version;
    this.apiVersion = definition.group ? `${definition.group}/${version.version}` : version.version;
    this.schema = getSchema(version.schema);
    this.plain = version.conversion ? this.converted() : new NativeRepresentation(resource.cache.format);
  }

  representation(as: 'object' | 'Table' | 'PartialObjectMetadata', include: IncludeObject = 'Metadata'): Representation {
    if (as === 'object') return this.plain;
    if (as === 'PartialObjectMetadata') return this.metadataOnly;
    return new TableRepresentation(this.definition.table, include, (object) => this.fromStorage(object));
  }

  fromStorage(object: KubeObject): KubeObject {
    return this.version.conversion?.fromStorage(object) ?? object;
  }

  toStorage(object: KubeObject): KubeObject {
    return this.version.conversion?.toStorage(object) ?? object;
  }

  private converted(): Representation {
    const { kind, listKind } = this.definition;
    return new MappedRepresentation({
      kind,
      listKind,
      apiVersion: this.apiVersion,
      map: (object) => this.fromStorage(object),
    });
  }
}
