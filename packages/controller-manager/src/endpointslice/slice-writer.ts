import { hasReason } from '@typekube/apimachinery';
import { type Client, endpointSlices, type Expectations, splitKey } from '@typekube/client';
import type { EndpointSlice } from '../shared/objects';
import { isNamespaceTerminating } from '../shared/pod-control';

/** What is to be done about the slices of a service. */
export interface SliceWrites {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

/** Writes slices for a controller that waits until its cache shows those that it made. */
export class SliceWriter {
  constructor(
    private readonly client: Client,
    private readonly expectations: Expectations,
  ) {}

  /** `key`: that of the service. @throws what the server says; in a namespace that is going nothing is made, and that is no failure. */
  async write(key: string, { create, update, remove }: SliceWrites, signal: AbortSignal): Promise<void> {
    const resource = this.client.for(endpointSlices, splitKey(key).namespace);
    if (create.length > 0) this.expectations.expectCreations(key, create.length);
    for (const [done, slice] of create.entries()) {
      try {
        await resource.create(slice, { signal });
      } catch (error) {
        // Neither this one nor those after it will come.
        for (let missing = done; missing < create.length; missing++) this.expectations.creationObserved(key);
        if (!isNamespaceTerminating(error)) throw error;
        break;
      }
    }
    for (const slice of update) await resource.update(slice, { signal });
    for (const { metadata } of remove) {
      try {
        await resource.delete(metadata.name ?? '', { signal });
      } catch (error) {
        if (!hasReason(error, 'NotFound')) throw error;
      }
    }
  }
}
