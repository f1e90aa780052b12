import type { KubeObject } from '@typekube/apimachinery';
import { createdAtTable } from '../shared/columns/default-table';
import type {
  FieldText,
  ResourceDefinition,
  Scope,
  ServedVersion,
  Strategy,
  SubresourceDefinition,
  TableDefinition,
  Verb,
} from './resource-definition';
import { schemaName } from './schema-name';
import { objectSubresource } from './subresources';

/** The verbs of a stored kind. */
export const ALL_VERBS: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** What a kind's own file says; `defineResource` fills in the rest. */
export interface ResourceInput<T extends KubeObject> {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: Scope;
  /** Default: the kind in lower case. */
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Default: all eight. */
  readonly verbs?: readonly Verb[];
  /** The only version, with its defaults; or `versions`. */
  readonly version?: string;
  setDefaults?(object: KubeObject): void;
  /** All versions, preferred first. */
  readonly versions?: readonly VersionInput<T>[];
  /** The version of the stored form, without its group. Default: the preferred one. */
  readonly storageVersion?: string;
  /** The group of the stored form. Default: the kind's own. (Events of `events.k8s.io` are stored as core ones.) */
  readonly storageGroup?: string;
  /** Default: upstream's rule, see `storagePrefix`. `none` for kinds that are not stored. */
  readonly storagePrefix?: string;
  readonly strategy: Strategy<T>;
  /** The rules of the `status` subresource, where the kind has one. */
  readonly statusStrategy?: Strategy<T>;
  readonly subresources?: Readonly<Record<string, SubresourceDefinition<T>>>;
  readonly selectableFields?: Readonly<Record<string, FieldText<T>>>;
  /** Default: name and creation time, as upstream's default table convertor. */
  readonly table?: TableDefinition<T>;
}

export interface VersionInput<T extends KubeObject> extends Omit<ServedVersion<T>, 'enabledByDefault' | 'schema'> {
  /** Default: as its version says, see `isStableVersion`. */
  readonly enabledByDefault?: boolean;
}

/** Makes the definition of a kind from what sets it apart; the rest is as upstream has it for every kind. */
export function defineResource<T extends KubeObject>(input: ResourceInput<T>): ResourceDefinition<T> {
  const { group, kind, plural, scope, strategy, statusStrategy } = input;
  const versions = versionsOf(input);
  const stored = input.storagePrefix !== 'none';
  return {
    group,
    kind,
    listKind: `${kind}List`,
    plural,
    singular: input.singular ?? kind.toLowerCase(),
    shortNames: input.shortNames ?? [],
    categories: input.categories ?? [],
    scope,
    verbs: input.verbs ?? ALL_VERBS,
    versions,
    storageVersion: storageVersionOf(input, versions),
    ...(stored && { storagePrefix: input.storagePrefix ?? storagePrefix(group, plural) }),
    strategy,
    subresources: { ...(statusStrategy && { status: objectSubresource(statusStrategy) }), ...input.subresources },
    selectableFields: input.selectableFields ?? {},
    table: input.table ?? createdAtTable,
  };
}

/** `v1`, `v2`: neither alpha nor beta, so served unless switched off. */
export function isStableVersion(version: string): boolean {
  return /^v\d+$/.test(version);
}

function versionsOf<T extends KubeObject>(input: ResourceInput<T>): ServedVersion<T>[] {
  const given = input.versions ?? (input.version ? [single(input, input.version)] : []);
  if (given.length === 0) throw new Error(`${input.plural}: a resource needs a version`);
  return given.map((version) => ({
    ...version,
    enabledByDefault: version.enabledByDefault ?? isStableVersion(version.version),
    schema: schemaName(input.group, version.version, input.kind),
  }));
}

function single<T extends KubeObject>(input: ResourceInput<T>, version: string): VersionInput<T> {
  return { version, ...(input.setDefaults && { setDefaults: input.setDefaults }) };
}

function storageVersionOf<T extends KubeObject>(input: ResourceInput<T>, versions: readonly ServedVersion<T>[]): string {
  const version = input.storageVersion ?? versions[0]?.version ?? '';
  const group = input.storageGroup ?? input.group;
  return group ? `${group}/${version}` : version;
}

/** Kinds whose keys have names from before they had theirs: upstream's SpecialDefaultResourcePrefixes. */
const SPECIAL_PREFIXES: Readonly<Record<string, string>> = {
  replicationcontrollers: 'controllers',
  endpoints: 'services/endpoints',
  nodes: 'minions',
  services: 'services/specs',
  'ingresses.networking.k8s.io': 'ingress',
};

/** Groups of their own servers, which put the group into the key. */
const GROUPED = ['apiextensions.k8s.io', 'apiregistration.k8s.io'];

/**
 * The key prefix of a built-in kind as upstream's storage factory builds it: `/registry/<plural>`. Custom resources have
 * `/registry/<group>/<plural>`, which holds for any group outside `k8s.io` too.
 */
export function storagePrefix(group: string, plural: string): string {
  const special = SPECIAL_PREFIXES[group ? `${plural}.${group}` : plural];
  if (special) return `/registry/${special}`;
  const builtIn = !group.includes('.') || group.endsWith('.k8s.io');
  return builtIn && !GROUPED.includes(group) ? `/registry/${plural}` : `/registry/${group}/${plural}`;
}
