import type { apiextensionsv1 } from '../types';
import type { FieldError, FieldFilter, KubeObject, Schema } from '@typekube/apimachinery';
import type { CustomOpenAPI } from '../custom/custom-openapi';

/**
 * Everything the API server must know of a resource. A built-in kind is one such value (made by `defineResource`), a custom
 * resource adds one at run time. Routes, discovery, OpenAPI, tables, admission and authorization all derive from it.
 */
export interface ResourceDefinition<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly kind: string;
  /** The kind of a list of these: `PodList`. */
  readonly listKind: string;
  /** The lower-case plural, as in the path. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly scope: Scope;
  readonly verbs: readonly Verb[];
  /** Every version the kind is served in, preferred first. */
  readonly versions: readonly ServedVersion<T>[];
  /** The group and version of the stored form: `v1`, `apps/v1`. An object in memory is in this form. */
  readonly storageVersion: string;
  /** The key prefix in the store without a trailing slash, as upstream's: `/registry/pods`, `/registry/services/specs`. Absent for kinds that are not stored. */
  readonly storagePrefix?: string;
  readonly strategy: Strategy<T>;
  /** By name: `status`, `scale`, `binding`, … */
  readonly subresources: Readonly<Record<string, SubresourceDefinition<T>>>;
  /** Field selectors beyond `metadata.name` and `metadata.namespace`, with the text each compares. */
  readonly selectableFields: Readonly<Record<string, FieldText<T>>>;
  readonly table: TableDefinition<T>;
  /** Only custom resources have it: how stored objects are held to the schema of the storage version, which may have changed since. */
  readonly custom?: CustomStorage;
}

/** The functions change an object in place. */
export interface CustomStorage {
  /** Names the form that objects are kept in: what reads another form than another definition has another name. */
  readonly storedAs: string;
  /** What was read from the store: drops unknown fields and sets defaults. Returns whether that changed anything. */
  normalize(object: KubeObject): boolean;
  /** What will be stored: drops unknown fields. */
  prune(object: KubeObject): void;
  /** What converts objects between versions; undefined where they differ in their names only. */
  readonly webhook?: CustomWebhook | undefined;
}

/** A conversion webhook, and the versions of ConversionReview that it takes. */
export interface CustomWebhook {
  readonly client: apiextensionsv1.WebhookClientConfig;
  readonly reviewVersions: readonly string[];
}

/** The text of one selectable field. Method syntax, so that the definition of one kind stands where that of any kind is meant. */
export type FieldText<T extends KubeObject = KubeObject> = { of(object: T): string }['of'];

/** A path of fields by their names: `['metadata', 'labels']`. */
export type FieldNames = readonly string[];

export type Scope = 'Namespaced' | 'Cluster';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** One version of a kind. Defaults are those of the version, so that what a client sends means what that version says. */
export interface ServedVersion<T extends KubeObject = KubeObject> {
  readonly version: string;
  /** Served unless `--runtime-config` says otherwise (stable versions are, alpha and beta ones are not). */
  readonly enabledByDefault: boolean;
  /** The name of its schema: `io.k8s.api.apps.v1.Deployment`. */
  readonly schema: string;
  /** Fills in defaults in place. */
  setDefaults?(object: KubeObject): void;
  /** Between this version and the stored form; absent where they are the same. Both return a new object. */
  readonly conversion?: {
    toStorage(object: KubeObject): T;
    fromStorage(object: T): KubeObject;
  };
  /** Text of the `Warning` header that every use of this version gets. */
  readonly deprecationWarning?: string;
  /** Only versions of custom resources have it. */
  readonly custom?: CustomVersion<T>;
}

/** What a version of a custom resource has of its own, where those of a built-in kind share it or have it by the name of their schema. */
export interface CustomVersion<T extends KubeObject = KubeObject> {
  readonly schema: Schema;
  readonly openAPI: CustomOpenAPI;
  readonly parts: Pick<ResourceDefinition<T>, 'strategy' | 'subresources' | 'table' | 'selectableFields'>;
  /** Drops fields in place that this version does not know. */
  prune(object: KubeObject): void;
  /** The rules of its schema, for what a webhook brings to another form before it is stored. */
  validate(object: KubeObject): FieldError[];
}

/** Who asks, for the few rules that depend on it. */
export interface StrategyContext {
  readonly user: { readonly name: string; readonly groups: readonly string[]; readonly uid?: string; readonly extra?: Readonly<Record<string, readonly string[]>> };
  /** The time of the request, for rules that stamp times. */
  readonly now: Date;
}

/** The rules of writing a kind, with upstream's verbs (rest.RESTCreateStrategy and its siblings). Functions change their first argument in place. */
export interface Strategy<T extends KubeObject = KubeObject> {
  /** Checks `metadata.name` (`asPrefix`: of a generateName); returns the problems. Default: DNS-1123 subdomain. */
  validateName?(name: string, asPrefix: boolean): string[];
  /** Drops what a creator may not set, such as status. */
  prepareForCreate?(object: T, context: StrategyContext): void;
  validate?(object: T, context: StrategyContext): FieldError[];
  warningsOnCreate?(object: T): string[];
  /** Carries over what an updater may not change, such as status. */
  prepareForUpdate?(object: T, old: T, context: StrategyContext): void;
  /** The rules of a new object hold too: call `validate` where upstream does. */
  validateUpdate?(object: T, old: T, context: StrategyContext): FieldError[];
  warningsOnUpdate?(object: T, old: T): string[];
  /** `metadata.generation` is 1 at first and rises when anything but metadata and status changes. */
  readonly tracksGeneration?: boolean;
  /** PUT of a name that does not exist creates it. */
  readonly allowCreateOnUpdate?: boolean;
  /** PUT without a resourceVersion is taken. Default true. */
  readonly allowUnconditionalUpdate?: boolean;
  /** The grace period of a delete for this object; undefined where the kind is deleted at once. */
  gracePeriodSeconds?(object: T, requested: number | undefined): number | undefined;
  /**
   * Paths of the fields that these rules keep as they were: who writes them does not come to manage them (upstream's GetResetFields). Default: the status of a
   * kind that has it as a subresource.
   */
  readonly resetFields?: readonly FieldNames[];
  /** In their stead, of a subresource: the only fields that its writers come to manage. */
  readonly writtenFields?: FieldFilter;
  /** What happens to dependents where the delete does not say. Default `background`. */
  readonly defaultPropagation?: 'background' | 'orphan';
}

export type SubresourceDefinition<T extends KubeObject = KubeObject> = StatusSubresource<T> | ScaleSubresource<T> | ActionSubresource;

/** A second way to write the same object, with rules of its own: `status`, `finalize`, `approval`, `ephemeralcontainers`, `resize`. */
export interface StatusSubresource<T extends KubeObject = KubeObject> {
  readonly type: 'object';
  readonly verbs: readonly Verb[];
  readonly strategy: Strategy<T>;
}

/** `autoscaling/v1 Scale` of a kind with replicas. */
export interface ScaleSubresource<T extends KubeObject = KubeObject> {
  readonly type: 'scale';
  readonly verbs: readonly Verb[];
  getScale(object: T): { specReplicas: number; statusReplicas: number; selector: string };
  setReplicas(object: T, replicas: number): void;
  /** Where the number stands: who scales manages it there. */
  readonly replicasPath: FieldNames;
  /** Fails with 500 where the object has no number of replicas to show. Default: all have. */
  checkReadable?(object: T): void;
  /** Its columns, where they are not those of every scale. */
  readonly table?: TableDefinition;
}

/** Takes or gives another kind and does something of its own: `binding`, `eviction`, `token`, `log`, `exec`, `proxy`. */
export interface ActionSubresource {
  readonly type: 'action';
  readonly verbs: readonly Verb[];
  /** The kind of its body, as discovery shows it. */
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
}

/** The columns of `kubectl get`, as upstream's printers: same names, order, priorities and cell logic. */
export interface TableDefinition<T extends KubeObject = KubeObject> {
  readonly columns: readonly ColumnDefinition[];
  /** One cell a column. `now` is for ages. */
  cells(object: T, now: Date): TableCell[];
}

export type TableCell = string | number | boolean | null;

export interface ColumnDefinition {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: number;
}
