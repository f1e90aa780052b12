import type { ListMeta } from '@typekube/apimachinery';
import { newBadRequest, newTooLargeResourceVersion, StatusError } from '@typekube/apimachinery';
import { prefixEnd, type Store, StoreError } from '@typekube/storage';
import type { Entry } from '../cache/entry';
import type { EntryTree } from '../cache/resource-cache';
import { decodeContinue, encodeContinue } from './continue-token';
import { compileFilter, type EntryFilter } from './entry-filter';
import type { ReadBarrier } from './read-barrier';
import { type ListOptions, resourceVersionProblem } from './read-options';
import type { Resource } from './resource';

export interface ListResult {
  readonly entries: readonly Entry[];
  readonly metadata: ListMeta;
}

export interface ListContext {
  readonly store: Store;
  readonly barrier: ReadBarrier;
}

/** The state a page is cut from: all keys of the resource at one revision. */
interface State {
  readonly tree: EntryTree;
  readonly revision: number;
  /** Whether it is the live state, which a further page will need a snapshot of. */
  readonly isLive: boolean;
}

/**
 * Lists as documented under "Semantics for get and list": newest, not older than, or exactly at a revision; a page continues at the
 * revision of the first one.
 */
export async function list(resource: Resource, namespace: string, options: ListOptions, context: ListContext): Promise<ListResult> {
  const filter = compileFilter(resource, { ...options, namespace: '' });
  if (options.continueToken) return continueList(resource, namespace, options, filter, context);
  const state = await openState(resource, options, context);
  resource.cache.checkReadable(resource.prefix(namespace));
  return cutPage(resource, state, { prefix: resource.prefix(namespace), start: '', limit: pageSize(options), filter });
}

/** Of any version, upstream's cache gives all it has: there is nothing to be saved by pages. */
function pageSize({ resourceVersion, limit }: ListOptions): number {
  return resourceVersion === '0' ? 0 : limit;
}

async function openState(resource: Resource, options: ListOptions, { store, barrier }: ListContext): Promise<State> {
  const asked = options.resourceVersion === '' ? undefined : parseListVersion(options.resourceVersion);
  if (asked === undefined) await barrier.mostRecent();
  else if (isExact(options, asked)) return stateAt(resource, asked, { store, barrier });
  else if (asked > 0) await barrier.notOlderThan(asked);
  return liveState(resource, barrier);
}

/** With a limit, an unqualified resource version has always meant exactly that one. */
function isExact({ resourceVersionMatch, limit }: ListOptions, revision: number): boolean {
  return resourceVersionMatch === 'Exact' || (resourceVersionMatch === '' && limit > 0 && revision > 0);
}

function liveState(resource: Resource, barrier: ReadBarrier): State {
  return { tree: resource.cache.entries, revision: barrier.revision, isLive: true };
}

async function stateAt(resource: Resource, revision: number, { store, barrier }: ListContext): Promise<State> {
  if (barrier.revision < revision) await barrier.mostRecent();
  // What the store has not come to yet is not waited for: upstream asks the store itself.
  if (barrier.revision < revision) throw newTooLargeResourceVersion(revision, barrier.revision, 0);
  if (barrier.revision === revision) return liveState(resource, barrier);
  const kept = resource.cache.snapshots.get(revision);
  if (kept) return { tree: kept, revision, isLive: false };
  const { prefix, format } = resource.cache;
  try {
    const { kvs } = await store.range({ start: prefix, end: prefixEnd(prefix), revision });
    const tree = resource.cache.emptyTree();
    for (const pair of kvs) tree.set(pair.key, format.read(pair));
    resource.cache.snapshots.put(revision, tree);
    return { tree, revision, isLive: false };
  } catch (error) {
    if (error instanceof StoreError && error.code === 'compacted') throw expired(EXPIRED_VERSION);
    throw error;
  }
}

async function continueList(
  resource: Resource,
  namespace: string,
  options: ListOptions,
  filter: EntryFilter | undefined,
  context: ListContext,
): Promise<ListResult> {
  if (options.resourceVersion !== '' && options.resourceVersion !== '0') {
    throw newBadRequest('specifying resource version is not allowed when using continue');
  }
  const { revision, start } = decodeContinue(options.continueToken);
  const page = { prefix: resource.prefix(namespace), start, limit: pageSize(options), filter };
  if (revision < 0) {
    await context.barrier.mostRecent();
    return cutPage(resource, liveState(resource, context.barrier), page);
  }
  try {
    return cutPage(resource, await stateAt(resource, revision, context), page);
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'Expired') {
      throw expired(EXPIRED_CONTINUE, encodeContinue({ revision: -1, start }));
    }
    throw error;
  }
}

interface Page {
  /** Keys of the list begin with this. */
  readonly prefix: string;
  /** The rest of the first key of this page. */
  readonly start: string;
  readonly limit: number;
  readonly filter: EntryFilter | undefined;
}

function cutPage(resource: Resource, { tree, revision, isLive }: State, page: Page): ListResult {
  const { prefix, limit, filter } = page;
  const metadata: ListMeta = { resourceVersion: String(revision) };
  if (isLive && !filter && limit === 0 && page.start === '') return { entries: resource.cache.entriesUnder(prefix), metadata };
  const end = prefixEnd(prefix);
  const entries: Entry[] = [];
  let last = '';
  let next: string | undefined;
  tree.forRange(prefix + page.start, end, false, (key, entry) => {
    if (filter && !filter(entry)) return undefined;
    if (limit > 0 && entries.length === limit) {
      next = key;
      return STOP;
    }
    entries.push(entry);
    last = key;
    return undefined;
  });
  if (next === undefined) return { entries, metadata };
  if (isLive) resource.cache.snapshots.put(revision, resource.cache.snapshot());
  metadata.continue = encodeContinue({ revision, start: `${last.slice(prefix.length)}\0` });
  if (!filter) metadata.remainingItemCount = countRange(tree, next, end);
  return { entries, metadata };
}

/** Ends a walk through the tree. */
const STOP = { break: true };

function countRange(tree: EntryTree, start: string, end: string): number {
  return tree.forRange(start, end, false);
}

/** A list's resource version must be a number. */
function parseListVersion(text: string): number {
  const problem = resourceVersionProblem(text);
  if (problem) throw newBadRequest(`invalid resource version: ${problem}`);
  return Number(text);
}

const EXPIRED_VERSION = 'The resourceVersion for the provided list is too old.';

const EXPIRED_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted ' +
  'between the time the first chunk was returned and now may show up in the list.';

/** 410 with, where there is one, a token to go on inconsistently. */
function expired(message: string, token?: string): StatusError {
  const error = new StatusError(410, 'Expired', message);
  if (token) error.status.metadata = { continue: token };
  return error;
}
