import {
  fieldTypeOfSchema,
  type FieldSet,
  type FieldType,
  type FieldVersions,
  type IgnoredFields,
  type KubeObject,
  newInternalError,
  singleField,
} from '@typekube/apimachinery';
import { type FieldNames, type ResourceDefinition, schemaOf, type ServedVersion, type Strategy, zeroOf } from '@typekube/api';
import { cloneObject } from '../registry/clone-object';

/** What must be known to tell who manages the fields of a kind that is written in one version, by itself or by a subresource. Made once. */
export interface TrackedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly subresource: string;
  readonly isCustom: boolean;
  readonly type: FieldType;
  /** What an object is before anything of it is set. */
  readonly zero: KubeObject;
  readonly ignored: IgnoredFields | undefined;
  readonly versions: FieldVersions;
}

const known = new WeakMap<ServedVersion, Map<string, TrackedKind>>();

/** @param definition of that version, where versions have parts of their own. */
export function trackedKind(definition: ResourceDefinition, version: ServedVersion, subresource: string): TrackedKind {
  let kinds = known.get(version);
  if (!kinds) known.set(version, (kinds = new Map()));
  let kind = kinds.get(subresource);
  if (!kind) kinds.set(subresource, (kind = describe(definition, version, subresource)));
  return kind;
}

function describe(definition: ResourceDefinition, version: ServedVersion, subresource: string): TrackedKind {
  const { kind } = definition;
  const apiVersion = nameOf(definition, version);
  const versions = new DefinedVersions(definition);
  const zero = versions.zero(version);
  return { apiVersion, kind, subresource, isCustom: definition.custom !== undefined, type: typeOf(version), zero, ignored: ignoredFields(definition, subresource), versions };
}

function nameOf({ group }: ResourceDefinition, { version }: ServedVersion): string {
  return group ? `${group}/${version}` : version;
}

function typeOf(version: ServedVersion): FieldType {
  return fieldTypeOfSchema(schemaOf(version));
}

/** The versions that a definition serves. */
class DefinedVersions implements FieldVersions {
  private readonly byName: ReadonlyMap<string, ServedVersion>;
  private readonly zeros = new Map<ServedVersion, KubeObject>();

  constructor(private readonly definition: ResourceDefinition) {
    this.byName = new Map(definition.versions.map((version) => [nameOf(definition, version), version]));
  }

  typeOf(apiVersion: string): FieldType | undefined {
    const version = this.byName.get(apiVersion);
    return version && typeOf(version);
  }

  convert(object: KubeObject, apiVersion: string): KubeObject {
    const [from, to] = [this.byName.get(object.apiVersion), this.byName.get(apiVersion)];
    if (!from || !to) throw newInternalError(new Error(`no conversion from ${object.apiVersion} to ${apiVersion}`));
    // Nothing can be converted of what has nothing set yet.
    if (object === this.zeros.get(from)) return this.zero(to);
    // Conversions may change what they are given.
    const copy = cloneObject(object);
    const stored = from.conversion?.toStorage(copy) ?? copy;
    return to.conversion?.fromStorage(stored) ?? stored;
  }

  /** Always the same object for a version. Of custom objects, upstream knows nothing but their kind. */
  zero(version: ServedVersion): KubeObject {
    let zero = this.zeros.get(version);
    if (!zero) {
      const { kind, custom } = this.definition;
      const empty = custom ? {} : zeroOf(schemaOf(version));
      zero = { ...empty, apiVersion: nameOf(this.definition, version), kind, metadata: {} };
      this.zeros.set(version, zero);
    }
    return zero;
  }
}

function ignoredFields(definition: ResourceDefinition, subresource: string): IgnoredFields | undefined {
  const { strategy, subresources } = definition;
  const part = subresources[subresource];
  const { resetFields, writtenFields }: Strategy = part?.type === 'object' ? part.strategy : strategy;
  if (writtenFields) return { only: writtenFields };
  const paths = resetFields ?? ('status' in subresources ? [['status']] : []);
  return paths.length ? { reset: setOf(paths) } : undefined;
}

/** The paths begin differently, or part below their first step. */
function setOf(paths: readonly FieldNames[]): FieldSet {
  const out: Record<string, FieldSet> = {};
  for (const path of paths) {
    const [first = '', ...rest] = path.map((name) => `f:${name}`);
    out[first] = rest.length ? { ...out[first], ...singleField(rest) } : singleField([]);
  }
  return out;
}
