import { type ResourceDefinition, schemaOf, type ServedResource, type ServedVersion } from '@typekube/api';
import type { GroupKind, GroupResource, KubeObject, Schema } from '@typekube/apimachinery';
import type { ConversionWebhooks } from '../apiextensions/conversion/conversion-webhooks';
import { ConvertedRepresentation } from '../apiextensions/conversion/converted-representation';
import { checkVersion, VersionConverter, type VersionConverterOptions } from '../apiextensions/conversion/version-converter';
import { type Entry, EntryFormat } from '../cache/entry';
import type { ResourceCache } from '../cache/resource-cache';
import { descriptorOf, partialMetadataDescriptor } from '../http/encode-object';
import type { Accepted, ProtobufForms } from '../http/negotiate';
import { hasProtobuf } from '../http/protobuf-body';
import { MappedRepresentation, metadataMapping, type ObjectMapping } from './mapped-representation';
import { ProtobufRepresentation } from './protobuf-representation';
import { NativeRepresentation } from './native-representation';
import type { Representation } from './representation';
import { type IncludeObject, TableRepresentation } from './table-representation';

/** A stored resource: its definition and its cache. Shared by all versions it is served in. */
export class Resource {
  readonly groupResource: GroupResource;
  readonly groupKind: GroupKind;
  readonly namespaced: boolean;
  private readonly stored: VersionConverter | undefined;

  constructor(
    readonly definition: ResourceDefinition,
    readonly cache: ResourceCache,
    webhooks?: ConversionWebhooks,
  ) {
    const { custom } = definition;
    this.stored = custom?.webhook && converterOf(definition, webhooks, { version: definition.storageVersion, prune: (object) => custom.prune(object) });
    this.groupResource = { group: definition.group, resource: definition.plural };
    this.groupKind = { group: definition.group, kind: definition.kind };
    this.namespaced = definition.scope === 'Namespaced';
  }

  /** The entry in the form that is stored now; a promise only where a webhook has to convert what was stored long ago. */
  inStoredForm(entry: Entry): Entry | Promise<Entry> {
    const { stored } = this;
    if (!stored || entry.apiVersion === undefined) return entry;
    return stored.prepare([entry])?.then(() => stored.of(entry)) ?? stored.of(entry);
  }

  /** An object in that form. */
  toStoredForm(object: KubeObject): KubeObject | Promise<KubeObject> {
    return this.stored?.convert(object) ?? object;
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

  private readonly converter: VersionConverter | undefined;

  constructor(
    served: ServedResource,
    readonly resource: Resource,
    webhooks?: ConversionWebhooks,
  ) {
    const { definition, version } = served;
    this.definition = definition;
    this.version = version;
    this.apiVersion = definition.group ? `${definition.group}/${version.version}` : version.version;
    this.schema = schemaOf(version);
    this.protobufForms = hasProtobuf(this.schema) ? 'all' : 'metadata';
    const { custom } = version;
    this.converter = definition.custom?.webhook && custom && converterOf(definition, webhooks, { version: this.apiVersion, prune: (object) => custom.prune(object) });
    this.plain = this.converter
      ? new ConvertedRepresentation(this.converter, new NativeRepresentation(new EntryFormat(definition.kind, this.apiVersion, {}), definition.listKind, true))
      : version.conversion
      ? new MappedRepresentation(this.mapping())
      : new NativeRepresentation(resource.cache.format, definition.listKind, definition.custom !== undefined);
  }

  /** The form that a client accepts. */
  representation({ as, format, metaVersion }: Accepted, include: IncludeObject = 'Metadata'): Representation {
    const version = metaVersion ?? 'v1';
    if (format === 'protobuf') return as === 'object' ? this.protobuf() : this.metadataOnly.protobuf[version];
    if (as === 'object') return this.plain;
    if (as === 'PartialObjectMetadata') return this.metadataOnly.json[version];
    const { converter } = this;
    if (converter) return new ConvertedRepresentation(converter, new TableRepresentation(this.definition.table, include, (object) => object, version));
    return new TableRepresentation(this.definition.table, include, (object) => this.convert(object), version);
  }

  /** From the form that is stored; a promise only where a webhook converts. */
  fromStorage(object: KubeObject): KubeObject | Promise<KubeObject> {
    return this.converter?.convert(object) ?? this.convert(object);
  }

  /** To that form. What a webhook is to convert is held to the rules of its own version first. */
  toStorage(object: KubeObject): KubeObject | Promise<KubeObject> {
    if (!this.converter || this.apiVersion === this.definition.storageVersion) return this.version.conversion?.toStorage(object) ?? object;
    checkVersion(this.definition, object, this.version.custom?.validate(object) ?? []);
    return this.resource.toStoredForm(object);
  }

  private convert(object: KubeObject): KubeObject {
    return this.version.conversion?.fromStorage(object) ?? object;
  }

  private protobuf(): Representation {
    this.asProtobuf ??= new ProtobufRepresentation(this.mapping(), descriptorOf(this.version.schema));
    return this.asProtobuf;
  }

  private mapping(): ObjectMapping {
    const { kind, listKind, custom } = this.definition;
    return { kind, listKind, isUntyped: custom !== undefined, apiVersion: this.apiVersion, map: (object) => this.convert(object) };
  }
}

function converterOf(
  { kind, storageVersion, custom }: ResourceDefinition,
  webhooks: ConversionWebhooks | undefined,
  into: Pick<VersionConverterOptions, 'version' | 'prune'>,
): VersionConverter | undefined {
  return webhooks && custom?.webhook && new VersionConverter({ webhooks, webhook: custom.webhook, kind, storageVersion, ...into });
}
