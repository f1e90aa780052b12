import type { KubeObject } from '@typekube/apimachinery';
import type { Clock, Logger } from '@typekube/component-base';
import { pathOf, type ResourceRef } from '../discovery/resource-ref';
import type { Client } from '../resources/client';
import type { SelectOptions } from '../resources/options';
import { Informer, type InformerOptions } from './informer';
import { dropManagedFields } from './reflect';

export interface InformerFactoryOptions {
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly resyncMilliseconds?: number;
}

/** What an informer is to follow, where that is not all objects of the resource. */
export interface InformerScope extends SelectOptions {
  readonly namespace?: string;
}

interface Running {
  readonly signal: AbortSignal;
  readonly done: Promise<void>[];
}

/** One informer for each resource of a process, shared by all controllers in it. They keep no managed fields. */
export class InformerFactory {
  private readonly informers = new Map<string, object>();
  private readonly known: { run(signal: AbortSignal): Promise<void>; synced(signal?: AbortSignal): Promise<void> }[] = [];
  private running: Running | undefined;

  constructor(
    private readonly client: Client,
    private readonly options: InformerFactoryOptions = {},
  ) {}

  /** The informer of a resource; the same for the same scope. It runs with the factory. */
  for<T extends KubeObject>(ref: ResourceRef<T>, scope: InformerScope = {}): Informer<T> {
    const { namespace = '', labelSelector, fieldSelector } = scope;
    const key = [pathOf(ref, { namespace }), labelSelector?.toString() ?? '', fieldSelector ?? ''].join('?');
    const existing = this.informers.get(key);
    if (existing && isInformerOf(ref, existing)) return existing;
    const options: InformerOptions<T> = {
      ...this.options,
      transform: dropManagedFields,
      selection: { ...(labelSelector && { labelSelector }), ...(fieldSelector && { fieldSelector }) },
    };
    const informer = new Informer<T>(ref, this.client.for(ref, namespace), options);
    this.informers.set(key, informer);
    this.known.push(informer);
    this.running?.done.push(informer.run(this.running.signal));
    return informer;
  }

  /** Resolves when every informer asked for so far has synced. Rejects with the signal's reason. */
  async synced(signal?: AbortSignal): Promise<void> {
    await Promise.all(this.known.map((informer) => informer.synced(signal)));
  }

  /** Runs all informers, also those asked for later, until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.running) throw new Error('the informers run already');
    const running: Running = { signal, done: this.known.map((informer) => informer.run(signal)) };
    this.running = running;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.all(running.done);
  }
}

function isInformerOf<T extends KubeObject>(ref: ResourceRef<T>, value: object): value is Informer<T> {
  return value instanceof Informer && pathOf(value.ref, {}) === pathOf(ref, {});
}
