import type { KubeObject } from '@typekube/apimachinery';
import type { Strategy, StrategyContext } from '@typekube/api';
import type { KeyValue, Store } from '@typekube/storage';
import type { LatencyLayer } from '../audit/latency';
import type { AdmissionAttributes, AdmissionOperation, AdmissionResource } from '../admission/admission';
import type { AdmissionChain } from '../admission/chain';
import { Reinvocation } from '../admission/reinvocation';
import type { UserInfo } from '../chain/request-context';
import { rememberWritten } from '../cache/written-objects';
import type { Entry } from '../cache/entry';
import type { ResourceHooks } from './resource-hooks';
import type { Resource } from './resource';

/** What every write needs of the server. */
export interface WriteServices {
  readonly store: Store;
  /** Whether what is stored at a key is to be written anew although it has not changed; absent where there is no such thing. */
  readonly isStale?: ((key: string) => Promise<boolean>) | undefined;
  readonly admission: AdmissionChain;
  /** Side effects of kinds that have some, by `RESOURCE.GROUP` or `RESOURCE`. */
  readonly hooks: ReadonlyMap<string, ResourceHooks>;
}

/** One write request. */
export interface WriteRequest {
  readonly resource: Resource;
  /** The version that the request is made in. */
  readonly version: string;
  /** The rules in force: the kind's own, or those of the subresource. */
  readonly strategy: Strategy;
  readonly subresource: string;
  /** What authorization has asked for. */
  readonly verb: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: UserInfo;
  readonly now: Date;
  readonly dryRun: boolean;
  /** `CreateOptions` and their like, as admission shows them to others. */
  readonly options: () => object | undefined;
  readonly warn: (text: string) => void;
  /** Leaves a note with the audit event of the request. */
  readonly annotate: (key: string, value: string) => void;
  /** Told how long webhooks were waited for. */
  readonly waited: (layer: LatencyLayer, milliseconds: number) => void;
  /** Throws where the request has been answered already because it took too long. */
  readonly checkTime: () => void;
}

export function strategyContext({ user, now }: WriteRequest): StrategyContext {
  return { user, now };
}

/** What admission must know of a request; its resource need not be a stored one. */
export type AdmittedRequest = Omit<WriteRequest, 'resource' | 'strategy' | 'verb' | 'now'> & { readonly resource: AdmissionResource };

/** What a write is about, for admission. */
interface Admitted {
  readonly operation: AdmissionOperation;
  readonly object?: KubeObject;
  readonly oldObject?: KubeObject;
}

/** The mutating half of admission. A promise only where a plugin waits: callers await nothing else. */
export function admit(request: AdmittedRequest, write: Admitted, { admission }: WriteServices): void | Promise<void> {
  return admission.for(write.operation, request.resource, request.subresource).admit?.(attributesOf(request, write));
}

/** The judging half. */
export function validate(request: AdmittedRequest, write: Admitted, { admission }: WriteServices): void | Promise<void> {
  return admission.for(write.operation, request.resource, request.subresource).validate?.(attributesOf(request, write));
}

function attributesOf(request: AdmittedRequest, { operation, object, oldObject }: Admitted): AdmissionAttributes {
  const { resource, subresource, version, namespace, user, dryRun, warn, annotate, waited, checkTime } = request;
  return {
    operation,
    resource,
    subresource,
    version,
    namespace,
    name: request.name || (object?.metadata?.name ?? ''),
    user,
    dryRun,
    object,
    oldObject,
    options: request.options,
    reinvocation: new Reinvocation(),
    warn,
    annotate,
    waited,
    checkTime,
  };
}

export function hooksOf({ definition }: Resource, { hooks }: WriteServices): ResourceHooks {
  return hooks.get(definition.group ? `${definition.plural}.${definition.group}` : definition.plural) ?? NO_HOOKS;
}

const NO_HOOKS: ResourceHooks = {};

/** A value to be stored, remembered with its object so that the cache need not parse it. */
export function encodeForStore(resource: Resource, object: KubeObject): Buffer {
  const value = resource.cache.format.encode(object);
  const { namespace = '', name = '' } = object.metadata;
  rememberWritten(resource.key(namespace, name), value, object);
  return value;
}

/** The entry that a write has made (or would have made, in a dry run). */
export function writtenEntry(resource: Resource, key: string, value: Buffer, revision: number, object: KubeObject): Entry {
  const pair: KeyValue = { key, value, createRevision: revision, modRevision: revision };
  return resource.cache.format.read(pair, object);
}

/**
 * The entry of what has been stored at that revision: the cache's own where the store's watch has brought it back already, as it has on the embedded
 * store, so that the bytes are made once.
 */
export function storedEntry(resource: Resource, key: string, value: Buffer, revision: number, object: KubeObject): Entry {
  const cached = resource.cache.get(key);
  return cached?.revision === revision ? cached : writtenEntry(resource, key, value, revision, object);
}

/** Runs admission's and the strategy's warnings past the client. */
export function warnAll(request: WriteRequest, warnings: readonly string[] | undefined): void {
  for (const text of warnings ?? []) request.warn(text);
}

