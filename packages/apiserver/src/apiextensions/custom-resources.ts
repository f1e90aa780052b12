import { setTimeout as delay } from 'node:timers/promises';
import { type apiextensionsv1, planDefinitionStatus, type ResourceRegistry } from '@typekube/api';
import { hasReason, jsonEqual } from '@typekube/apimachinery';
import type { SystemClient } from '../bootstrap/system-client';
import { type Entry, parseObject } from '../cache/entry';
import type { Feed } from '../cache/feed';
import { followCache } from '../cache/follow-cache';
import type { Endpoints } from '../registry/endpoints';
import { DEFINITIONS, finalizeDefinition } from './finalize';
import { ServedResources } from './served-resources';

type Definition = apiextensionsv1.CustomResourceDefinition;

export interface CustomResourcesOptions {
  readonly registry: ResourceRegistry;
  readonly endpoints: Endpoints;
  readonly feed: Feed;
  readonly client: SystemClient;
  readonly log: { info(message: string): void; error(message: string, error?: unknown): void };
}

/** Pauses before a definition that failed, or whose objects are still there, is looked at again. */
const RETRY_MS = 1_000;
/** How long the next definition waits for the caches to see what was written about the last one. */
const SEEN_MS = 5_000;

/**
 * Makes CustomResourceDefinitions effective: gives them their names and conditions, serves their resources, and deletes their objects with them. All
 * follows from the cache of definitions, so several servers, or one that was killed at any point, come to the same. Definitions are looked at one at a
 * time, as each one's names depend on those of the others.
 */
export class CustomResources {
  private readonly served: ServedResources;
  private readonly queue = new Set<string>();
  private readonly parsed = new WeakMap<Entry, Definition>();
  private readonly stopping = new AbortController();
  private readonly waiting = new Map<string, Promise<void>>();
  private working: Promise<void> | undefined;

  constructor(private readonly options: CustomResourcesOptions) {
    this.served = new ServedResources(options);
  }

  /** Serves what is established, then follows the definitions until `stop`. The feed must run. */
  async start(): Promise<void> {
    const { cache } = this.options.endpoints.resource(DEFINITIONS.group, DEFINITIONS.plural);
    const present = [...cache.entries.values()].map((entry) => this.parse(entry));
    await Promise.all(present.map((definition) => this.attempt(nameOf(definition), () => this.served.follow(nameOf(definition), definition))));
    followCache(cache, {
      reset: (entries) => [...entries].forEach(({ name }) => this.enqueue(name)),
      changed: ({ entry }) => this.enqueue(entry.name),
    });
  }

  /** Resolves when every definition that the caches hold has had its effect; undefined if that is so already. */
  settled(): Promise<void> | undefined {
    return this.working;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.working;
    await Promise.all(this.waiting.values());
  }

  private enqueue(name: string): void {
    if (this.stopping.signal.aborted) return;
    this.queue.add(name);
    this.working ??= this.work();
  }

  private enqueueLater(name: string): void {
    if (this.waiting.has(name)) return;
    const { signal } = this.stopping;
    const end = (): void => void this.waiting.delete(name);
    const wait = delay(RETRY_MS, undefined, { signal }).then(() => {
      end();
      this.enqueue(name);
    }, end);
    this.waiting.set(name, wait);
  }

  private async work(): Promise<void> {
    // What comes in one turn of the loop is one run; and it must be known as running before it can end.
    await Promise.resolve();
    for (const name of this.queue) {
      if (this.stopping.signal.aborted) break;
      this.queue.delete(name);
      await this.attempt(name, () => this.reconcile(name));
    }
    this.working = undefined;
  }

  private async attempt(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.options.log.error(`the custom resource definition ${name} cannot be served as it is`, error);
      this.enqueueLater(name);
    }
  }

  private async reconcile(name: string): Promise<void> {
    const definition = this.find(name);
    await this.served.follow(name, definition);
    if (!definition) return this.enqueueConflicting(name);
    if (definition.metadata.deletionTimestamp === undefined) return this.updateStatus(definition);
    if (!(await finalizeDefinition(definition, this.options))) this.enqueueLater(name);
  }

  /** Names that become free are for those who could not have them. */
  private enqueueConflicting(name: string): void {
    const group = name.slice(name.indexOf('.') + 1);
    const waiting = this.all().filter((each) => each.spec.group === group && each.status?.conditions?.some(isConflict));
    for (const each of waiting) this.enqueue(nameOf(each));
  }

  private async updateStatus(definition: Definition): Promise<void> {
    const others = this.all().filter(({ spec }) => spec.group === definition.spec.group);
    const planned = planDefinitionStatus(definition, others, new Date());
    if (jsonEqual(planned, definition.status)) return;
    const { client, feed } = this.options;
    try {
      const plan = (newest: Definition): void => void (newest.status = planDefinitionStatus(newest, others, new Date()));
      const { revision } = await client.update<Definition>(DEFINITIONS, definition.metadata, plan, 'status');
      await feed.waitFor(revision, SEEN_MS);
      // Who asks from now on finds it served.
      await this.served.follow(nameOf(definition), this.find(nameOf(definition)));
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }

  private find(name: string): Definition | undefined {
    const { cache, key } = this.definitions(name);
    const entry = cache.get(key);
    return entry && this.parse(entry);
  }

  private all(): Definition[] {
    return [...this.definitions('').cache.entries.values()].map((entry) => this.parse(entry));
  }

  /** Parsed once: all of a group are looked at for each of it, and schemas are large. Not to be changed. */
  private parse(entry: Entry): Definition {
    let definition = this.parsed.get(entry);
    if (!definition) this.parsed.set(entry, (definition = parseObject(entry.bytes) as Definition));
    return definition;
  }

  private definitions(name: string): { cache: ReturnType<Endpoints['resource']>['cache']; key: string } {
    const resource = this.options.endpoints.resource(DEFINITIONS.group, DEFINITIONS.plural);
    return { cache: resource.cache, key: resource.key('', name) };
  }
}

function nameOf({ metadata }: Definition): string {
  return metadata.name ?? '';
}

function isConflict({ type, status }: apiextensionsv1.CustomResourceDefinitionCondition): boolean {
  return type === 'NamesAccepted' && status === 'False';
}
