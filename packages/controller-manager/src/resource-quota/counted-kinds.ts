import { setMaxListeners } from 'node:events';
import { countEvaluator, evaluatorFor, specialEvaluators } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import { type ApiResource, type DeepReadonly, Informer, persistentVolumeClaims, pods, type ResourceRef, services, type ControllerWatch, watching } from '@typekube/client';
import { MetadataClient } from '../shared/metadata-client';
import type { ControllerDeps } from '../shared/controller-deps';
import { equalUsage } from './equal-usage';
import type { Counted } from './plan-usage';

const COUNT_PREFIX = 'count/';
/** Counted by these names since before there was `count/…`. */
const ALIASES: ReadonlySet<string> = new Set(['configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas']);

/** What an informer of any kind can do for the counting. */
interface Source {
  list(namespace: string): readonly DeepReadonly<KubeObject>[];
}

/**
 * The kinds that quotas count: pods, services and volume claims with all that is in them, others by their metadata, followed from the
 * first quota on that counts them.
 */
export class CountedKinds {
  /** What must be synced before anything is counted. */
  readonly watches: readonly ControllerWatch[];
  private readonly special: readonly { readonly evaluator: (typeof specialEvaluators)[number]; readonly source: Source }[];
  private readonly others = new Map<string, Promise<Informer<KubeObject> | undefined>>();
  private readonly running: Promise<void>[] = [];
  private readonly metadata: MetadataClient;
  private readonly ending = new AbortController();

  constructor(
    private readonly deps: ControllerDeps,
    /** Told of a namespace in which something takes less than before. */
    private readonly freed: (namespace: string) => void,
  ) {
    setMaxListeners(0, this.ending.signal);
    this.metadata = new MetadataClient(deps.client, 'resourcequota-controller');
    this.special = [this.follow(pods), this.follow(services), this.follow(persistentVolumeClaims)];
    const silent = { mapToKeys: () => [] };
    this.watches = [pods, services, persistentVolumeClaims].map((ref) => watching<KubeObject>(deps.informers.for<KubeObject>(ref), silent));
  }

  /** The kinds that a quota of these names counts, with their objects in the namespace. */
  async in(namespace: string, names: readonly string[]): Promise<Counted[]> {
    const counted: Counted[] = this.special.flatMap(({ evaluator, source }) =>
      evaluator.matchingResources(names).length ? [{ evaluator, objects: source.list(namespace) as readonly KubeObject[] }] : [],
    );
    for (const { group, resource } of otherKinds(names)) {
      const informer = await this.other(group, resource);
      if (informer) counted.push({ evaluator: countEvaluator(group, resource), objects: listIn(informer, namespace) as readonly KubeObject[] });
    }
    return counted;
  }

  /** Ends what follows the other kinds. */
  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.running);
    this.metadata.close();
  }

  private follow<T extends KubeObject>(ref: ResourceRef<T>): CountedKinds['special'][number] {
    const informer = this.deps.informers.for(ref);
    const evaluator = evaluatorFor(ref.group, ref.resource);
    informer.addHandler({
      onDelete: ({ metadata }) => this.freed(metadata.namespace ?? ''),
      onUpdate: (object, old) => {
        if (!equalUsage(evaluator, object as KubeObject, old as KubeObject, this.deps.clock)) this.freed(object.metadata.namespace ?? '');
      },
    });
    return { evaluator, source: { list: (namespace) => listIn(informer, namespace) } };
  }

  /** The metadata of a kind that only its number counts of; undefined if there is no such kind. */
  private other(group: string, resource: string): Promise<Informer<KubeObject> | undefined> {
    const key = `${resource}.${group}`;
    let found = this.others.get(key);
    if (!found) {
      found = this.startOther(group, resource);
      this.others.set(key, found);
      const forget = (): void => void this.others.delete(key);
      // A kind may come later: it is looked for again the next time.
      found.then((informer) => informer ?? forget(), forget);
    }
    return found;
  }

  private async startOther(group: string, resource: string): Promise<Informer<KubeObject> | undefined> {
    const { resources } = await this.deps.client.discovery.get();
    const known = resources.find((candidate) => candidate.group === group && candidate.name === resource && candidate.namespaced);
    if (!known) return undefined;
    const ref = refOf(known);
    const informer = new Informer(ref, this.metadata.for(ref), { logger: this.deps.logger, transform: withoutDetails });
    informer.addHandler({ onDelete: ({ metadata }) => this.freed(metadata.namespace ?? '') });
    this.running.push(informer.run(this.ending.signal));
    await informer.synced(this.ending.signal);
    return informer;
  }
}

function otherKinds(names: readonly string[]): { group: string; resource: string }[] {
  const kinds = names.flatMap((name) => {
    if (ALIASES.has(name)) return [`${COUNT_PREFIX}${name}`];
    return name.startsWith(COUNT_PREFIX) ? [name] : [];
  });
  return [...new Set(kinds)].flatMap((name) => {
    const [resource = '', ...group] = name.slice(COUNT_PREFIX.length).split('.');
    const isSpecial = specialEvaluators.some((evaluator) => evaluator.matchingResources([name]).length > 0);
    return isSpecial ? [] : [{ resource, group: group.join('.') }];
  });
}

function refOf({ group, version, name, kind, namespaced }: ApiResource): ResourceRef<KubeObject> {
  return { group, version, resource: name, kind, namespaced };
}

function withoutDetails(object: KubeObject): KubeObject {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: { name, namespace, uid, resourceVersion } };
}

function listIn<T extends KubeObject>(informer: Informer<T>, namespace: string): DeepReadonly<T>[] {
  return informer.indexer.list({ namespace });
}
