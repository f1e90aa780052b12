import { encodeJson, type KubeObject, type Status } from '@typekube/apimachinery';
import type { Method } from '../transport/http-message';
import { isStatus } from '../transport/response-status';
import type { ApiRequest, Transport } from '../transport/transport';
import type { DeepReadonly } from './deep-readonly';
import { type ObjectList, readList, readObject } from './object-list';
import {
  type CallOptions,
  type DeleteOptions,
  type GetOptions,
  type ListOptions,
  type Patch,
  PATCH_CONTENT_TYPES,
  type PatchOptions,
  type WatchOptions,
  type WriteOptions,
} from './options';
import { deleteBody, getQuery, listQuery, patchQuery, watchQuery, writeQuery } from './query';
import { pathOf, refText, type ResourceRef } from '../discovery/resource-ref';
import { readWatch, type WatchEvent } from './watch-event';

interface Call extends CallOptions {
  readonly name?: string;
  readonly subresource?: string;
  readonly query?: string;
  readonly body?: object;
  readonly contentType?: string;
}

/** As upstream's pager. */
const PAGE_SIZE = 500;

/**
 * One resource, in one namespace, in all of them, or of the cluster. Every method rejects with StatusError (the server said no),
 * ConnectionError, RequestTimeout, or the reason of its signal.
 */
export class ResourceClient<T extends KubeObject> {
  constructor(
    private readonly transport: Transport,
    readonly ref: ResourceRef<T>,
    private readonly inNamespace = '',
  ) {}

  /** The same resource in a namespace; an empty text means all namespaces. */
  namespace(namespace: string): ResourceClient<T> {
    return new ResourceClient<T>(this.transport, this.ref, namespace);
  }

  async get(name: string, options: GetOptions = {}): Promise<T> {
    return readObject<T>(await this.call('GET', { ...options, name, query: getQuery(options) }));
  }

  async list(options: ListOptions = {}): Promise<ObjectList<T>> {
    return readList<T>(await this.call('GET', { ...options, query: listQuery(options) }), this.ref.kind);
  }

  /**
   * Every object, page by page, all as of the first page. Where the server has forgotten that state (410) in between, it goes
   * on with the rest as it is now, as upstream's pager does for readers that need no consistency; with `consistent` the error
   * is thrown.
   */
  async *listAll(options: ListOptions & { readonly consistent?: boolean } = {}): AsyncGenerator<T> {
    const { consistent = false, limit = PAGE_SIZE, ...rest } = options;
    let page = await this.list({ ...rest, limit });
    for (;;) {
      yield* page.items;
      if (!page.metadata.continue) return;
      page = await this.nextPage({ ...rest, limit, continue: page.metadata.continue }, consistent);
    }
  }

  /** The changes, until the server ends the watch or the signal is aborted; see readWatch. Leaving the loop ends the watch. */
  async *watch(options: WatchOptions = {}): AsyncGenerator<WatchEvent<T>> {
    const response = await this.transport.stream(this.request('GET', { ...options, query: watchQuery(options) }));
    try {
      yield* readWatch<T>(response, options.signal);
    } finally {
      response.body.destroy();
    }
  }

  /** With only `generateName` the server chooses the name. */
  async create(object: DeepReadonly<T>, options: WriteOptions = {}): Promise<T> {
    return readObject<T>(await this.call('POST', { ...options, query: writeQuery(options), body: object }));
  }

  /** Replaces the object. With its `resourceVersion` only if nobody changed it since: else StatusError `Conflict`. */
  async update(object: DeepReadonly<T>, options: WriteOptions & { readonly subresource?: string } = {}): Promise<T> {
    const name = nameOf(object);
    return readObject<T>(await this.call('PUT', { ...options, name, query: writeQuery(options), body: object }));
  }

  /** Replaces the status, and nothing else. */
  async updateStatus(object: DeepReadonly<T>, options: WriteOptions = {}): Promise<T> {
    return this.update(object, { ...options, subresource: 'status' });
  }

  async patch(name: string, patch: Patch, options: PatchOptions = {}): Promise<T> {
    const contentType = PATCH_CONTENT_TYPES[patch.type];
    return readObject<T>(
      await this.call('PATCH', { ...options, name, query: patchQuery(options), body: patch.body, contentType }),
    );
  }

  /** Gives the object where it is only marked for deletion (grace period, finalizers), else a Status. */
  async delete(name: string, options: DeleteOptions = {}): Promise<T | Status> {
    const body = deleteBody(options);
    const answer = await this.call('DELETE', { ...options, name, ...(body && { body }) });
    return isStatus(answer) ? answer : readObject<T>(answer);
  }

  async deleteCollection(options: DeleteOptions = {}, selection: ListOptions = {}): Promise<void> {
    const body = deleteBody(options);
    await this.call('DELETE', { ...options, query: listQuery(selection), ...(body && { body }) });
  }

  /** Reads a subresource of another kind, such as `scale`. */
  async getSubresource<S extends KubeObject>(name: string, subresource: string, options: CallOptions = {}): Promise<S> {
    return readObject<S>(await this.call('GET', { ...options, name, subresource }));
  }

  /** Replaces a subresource of another kind, such as `scale`. */
  async updateSubresource<S extends KubeObject>(
    name: string,
    subresource: string,
    body: S,
    options: WriteOptions = {},
  ): Promise<S> {
    return readObject<S>(await this.call('PUT', { ...options, name, subresource, query: writeQuery(options), body }));
  }

  /** Posts to a subresource such as `binding`, `eviction` or `token`, and gives its answer: the same kind, or a Status. */
  async createSubresource<S extends KubeObject>(
    name: string,
    subresource: string,
    body: DeepReadonly<S>,
    options: WriteOptions = {},
  ): Promise<S | Status> {
    const answer = await this.call('POST', { ...options, name, subresource, query: writeQuery(options), body });
    return isStatus(answer) ? answer : readObject<S>(answer);
  }

  private async nextPage(options: ListOptions, consistent: boolean): Promise<ObjectList<T>> {
    try {
      return await this.list(pageOptions(options));
    } catch (error) {
      const token = consistent ? undefined : inconsistentContinue(error);
      if (!token) throw error;
      return this.list(pageOptions({ ...options, continue: token }));
    }
  }

  private call(method: Method, call: Call): Promise<unknown> {
    return this.transport.json(this.request(method, call));
  }

  private request(method: Method, call: Call): ApiRequest {
    const { name, subresource, query = '', body, contentType = 'application/json', signal, timeoutMilliseconds } = call;
    const path = pathOf(this.ref, {
      namespace: this.inNamespace,
      ...(name !== undefined && { name }),
      ...(subresource && { subresource }),
    });
    return {
      method,
      path: path + query,
      subject: { resource: refText(this.ref), name: name ?? '' },
      ...(body && { body: encodeJson(body), headers: { 'content-type': contentType } }),
      ...(signal && { signal }),
      ...(timeoutMilliseconds !== undefined && { timeoutMilliseconds }),
    };
  }
}

/** The state of later pages is in the token. */
function pageOptions({ resourceVersion: _, resourceVersionMatch: __, ...rest }: ListOptions): ListOptions {
  return rest;
}

/** The token that a 410 answer of a paged list offers for going on with the current state. */
function inconsistentContinue(error: unknown): string | undefined {
  if (!hasStatus(error) || error.status.code !== 410) return undefined;
  return error.status.metadata.continue;
}

function hasStatus(error: unknown): error is { status: Status } {
  return typeof error === 'object' && error !== null && 'status' in error && isStatus(error.status);
}

function nameOf(object: DeepReadonly<KubeObject>): string {
  const { name } = object.metadata;
  if (!name) throw new TypeError('resource name may not be empty');
  return name;
}
