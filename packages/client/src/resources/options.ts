import type { Selector } from '@typekube/apimachinery';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMilliseconds?: number;
}

export interface GetOptions extends CallOptions {
  readonly resourceVersion?: string;
}

/** What a list or a watch is of; texts as in the query, or a parsed selector. */
export interface SelectOptions {
  readonly labelSelector?: string | Selector;
  readonly fieldSelector?: string;
}

export interface ListOptions extends CallOptions, SelectOptions {
  /** Absent: the newest. `0`: whatever the server has at hand. */
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'NotOlderThan' | 'Exact';
  readonly limit?: number;
  readonly continue?: string;
}

export interface WatchOptions extends CallOptions, SelectOptions {
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'NotOlderThan';
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  /** After how long the server ends the watch. */
  readonly timeoutSeconds?: number;
}

export interface WriteOptions extends CallOptions {
  readonly dryRun?: boolean;
  /** Who counts as the owner of the fields; default: the user agent's first part. */
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
}

export interface PatchOptions extends WriteOptions {
  /** Only for apply: take fields from other owners. */
  readonly force?: boolean;
  readonly subresource?: string;
}

export interface DeleteOptions extends CallOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

/** A patch with its kind, which is the content type. */
export type Patch =
  | { readonly type: 'json'; readonly body: readonly object[] }
  | { readonly type: 'merge'; readonly body: object }
  | { readonly type: 'strategic'; readonly body: object }
  | { readonly type: 'apply'; readonly body: object };

export const PATCH_CONTENT_TYPES: Readonly<Record<Patch['type'], string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};
