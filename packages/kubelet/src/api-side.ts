import type { corev1 } from '@typekube/api';
import { type Client, type DeepReadonly, EventBroadcaster, Informer, InformerFactory, nodes, pods, referenceTo, services } from '@typekube/client';
import type { Clock, Logger } from '@typekube/component-base';
import { type Pod, uidOf } from './objects';
import type { RecordPodEvent } from './pod/deps';
import { ApiSources } from './sources';
import { isMirror, MIRROR } from './static-pods/annotations';
import { MirrorPods, type StaticPods } from './static-pods/mirror-pods';
import { StatusWriter } from './status/status-writer';
import type { NodeEvent } from './node/node-events';

export interface ApiSideOptions {
  readonly client: Client;
  /** Of the node. */
  readonly name: string;
  readonly statics: StaticPods;
  /** Something that the pod of that uid uses has changed. */
  readonly notify: (uid: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Where pods go that the API has for this node. */
export interface PodSink {
  update(pod: Pod): void;
  delete(pod: Pod): void;
}

/** All that the kubelet knows and tells by the API; a kubelet that runs static pods alone has none. */
export class ApiSide {
  readonly recorder: EventBroadcaster;
  readonly sources: ApiSources;
  readonly mirrors: MirrorPods;
  readonly statuses: StatusWriter;
  readonly ownNode: Informer<corev1.Node>;
  private readonly informers: InformerFactory;
  private readonly pods: Informer<corev1.Pod>;
  private readonly services: Informer<corev1.Service>;

  constructor(private readonly options: ApiSideOptions) {
    const { client, name, notify, clock, log } = options;
    this.recorder = new EventBroadcaster({ client, component: 'kubelet', host: name, logger: log });
    this.informers = new InformerFactory(client, { logger: log });
    this.services = this.informers.for(services);
    this.pods = new Informer(pods, client.for(pods), { selection: { fieldSelector: `spec.nodeName=${name}` }, logger: log });
    this.ownNode = new Informer(nodes, client.for(nodes), { selection: { fieldSelector: `metadata.name=${name}` }, logger: log });
    this.sources = new ApiSources({ client, log, onChange: (uids) => uids.forEach(notify) });
    this.mirrors = new MirrorPods({ ...options, node: () => this.node });
    this.statuses = new StatusWriter(client, { clock, log, mirrorOf: (pod) => this.mirrors.of(pod) });
  }

  /** The node as the API has told it last. */
  get node(): DeepReadonly<corev1.Node> | undefined {
    return this.ownNode.indexer.get(this.options.name);
  }

  fetchNode(): Promise<corev1.Node> {
    return this.options.client.for(nodes).get(this.options.name);
  }

  knownServices(): readonly DeepReadonly<corev1.Service>[] {
    return this.services.indexer.list();
  }

  readonly recordPod: RecordPodEvent = (pod, { type, reason, message, fieldPath }) =>
    this.recorder.event(referenceTo({ ...pod, apiVersion: 'v1', kind: 'Pod' }, fieldPath), type, reason, message);

  /** Events of a node bear its name for its uid, as upstream's do: the kubelet may speak before the node is there. */
  recordNode({ type, reason, message }: NodeEvent): void {
    const { name } = this.options;
    this.recorder.event({ apiVersion: 'v1', kind: 'Node', name, uid: name }, type, reason, message);
  }

  /** All pods that the API has for this node are known. */
  async synced(signal: AbortSignal): Promise<void> {
    await this.pods.synced(signal).catch(() => undefined);
  }

  /** Pods begin when the services are known, which containers are told of, and the node, which decides what it takes. */
  async followPods(sink: PodSink, signal: AbortSignal): Promise<void> {
    const running = Promise.all([this.informers.run(signal), this.pods.run(signal)]);
    await Promise.all([this.informers.synced(signal), this.ownNode.synced(signal), this.pods.synced(signal)]).catch(() => undefined);
    const first: Pod[] = [];
    let isFirst = true;
    this.pods.addHandler({
      onAdd: (pod) => (isFirst ? first.push(pod) : this.route(pod, sink)),
      onUpdate: (pod) => this.route(pod, sink),
      onDelete: (pod) => this.routeDeleted(pod, sink),
    });
    isFirst = false;
    // Who was there first keeps its place.
    for (const pod of first.sort(byAge)) this.route(pod, sink);
    await running;
  }

  /** Keeps the mirrors of static pods; begin it when the static pods are known. */
  async keepMirrors(signal: AbortSignal): Promise<void> {
    await this.synced(signal);
    this.ownNode.addHandler({ onAdd: () => this.mirrors.notify() });
    await this.mirrors.run(signal);
  }

  close(): void {
    this.sources.close();
  }

  private route(pod: Pod, sink: PodSink): void {
    if (!isMirror(pod)) return sink.update(pod);
    this.mirrors.see(pod);
    this.options.notify(staticUidOf(pod));
  }

  private routeDeleted(pod: Pod, sink: PodSink): void {
    if (!isMirror(pod)) return sink.delete(pod);
    this.mirrors.gone(pod);
  }
}

function staticUidOf(mirror: Pod): string {
  return mirror.metadata.annotations?.[MIRROR] ?? '';
}

/** Those that have begun before those that have not, each the oldest first. */
function byAge(a: Pod, b: Pod): number {
  const rank = (pod: Pod): string => `${pod.status?.startTime ? 0 : 1}${pod.metadata.creationTimestamp ?? ''}${uidOf(pod)}`;
  return rank(a) < rank(b) ? -1 : 1;
}
