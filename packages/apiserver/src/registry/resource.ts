import { type ResourceDefinition, schemaOf, type ServedResource, type ServedVersion } from '@typekube/api';
import type { GroupKind, GroupResource, KubeObject, Schema } from '@typekube/apimachinery';
import type { ResourceCache } from '../cache/resource-cache';
import { descriptorOf } from '../http/encode-object';
import type { Accepted, ProtobufForms } from '../http/negotiate';
import { hasProtobuf } from '../http/protobuf-body';
import { MappedRepresentation, metadataMapping, type ObjectMapping } from './mapped-representation';
import { partialMetadataDescriptor, ProtobufRepresentation } from './protobuf-representation';
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
  /** What of it can be answered in protobuf. */
  readonly protobufForms: ProtobufForms;
  private readonly metadataOnly = {
    json: { v1: new MappedRepresentation(metadataMapping('v1')), v1beta1: new MappedRepresentation(metadataMapping('v1beta1')) },
    protobuf: {
      v1: new ProtobufRepresentation(metadataMapping('v1'), partialMetadataDescriptor),
      v1beta1: new ProtobufRepresentation(metadataMapping('v1beta1'), partialMetadataDescriptor),
    },
  };
  private asProtobuf: ProtobufRepresentation | undefined;

  constructor(
    served: ServedResource,
    readonly resource: Resource,
  ) {
    const { definition, version } = served;
    this.definition = definition;
    this.version = version;
    this.apiVersion = definition.group ? `${definition.group}/${version.version}` : version.version;
    this.schema = schemaOf(version);
    this.protobufForms = hasProtobuf(this.schema) ? 'all' : 'metadata';
    this.plain = version.conversion
      ? new MappedRepresentation(this.mapping())
      : new NativeRepresentation(resource.cache.format, definition.listKind, definition.custom !== undefined);
  }

  /** The form that a client accepts. */
  representation({ as, format, metaVersion }: Accepted, include: IncludeObject = 'Metadata'): Representation {
    const version = metaVersion ?? 'v1';
    if (format === 'protobuf') return as === 'object' ? this.protobuf() : this.metadataOnly.protobuf[version];
    if (as === 'object') return this.plain;
    if (as === 'PartialObjectMetadata') return this.metadataOnly.json[version];
    return new TableRepresentation(this.definition.table, include, (object) => this.fromStorage(object), version);
  }

  fromStorage(object: KubeObject): KubeObject {
    return this.version.conversion?.fromStorage(object) ?? object;
  }

  toStorage(object: KubeObject): KubeObject {
    return this.version.conversion?.toStorage(object) ?? object;
  }

  private protobuf(): Representation {
    this.asProtobuf ??= new ProtobufRepresentation(this.mapping(), descriptorOf(this.version.schema));
    return this.asProtobuf;
  }

  private mapping(): ObjectMapping {
    const { kind, listKind } = this.definition;
    return { kind, listKind, apiVersion: this.apiVersion, map: (object) => this.fromStorage(object) };
  }
}
