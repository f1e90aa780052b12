import type { appsv1 } from '@typekube/api';
import { hasReason } from '@typekube/apimachinery';
import { replicaSets, type ResourceClient } from '@typekube/client';
import type { ControllerDeps } from '../shared/controller-deps';
import { controllerReference, type Deployment, type ReplicaSet } from '../shared/objects';
import { templateHash } from '../shared/template-hash';
import { newReplicaSetAnnotations, sizeAnnotations } from './annotations';
import type { ScaleStep } from './plan-scale';
import { newestReplicas } from './plan-rolling';
import { replicasOf } from './rolling-maths';
import { POD_TEMPLATE_HASH, replicaSetName } from './replica-set-name';

export const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** Changes the replica sets of a deployment, with the events that users see on it. */
export class ReplicaSetWriter {
  private readonly resource: ResourceClient<appsv1.ReplicaSet>;

  constructor(
    private readonly deps: ControllerDeps,
    namespace: string,
    private readonly signal: AbortSignal,
  ) {
    this.resource = deps.client.for(replicaSets, namespace);
  }

  get(name: string): Promise<ReplicaSet> {
    return this.resource.get(name, { signal: this.signal });
  }

  create(replicaSet: ReplicaSet): Promise<ReplicaSet> {
    return this.resource.create(replicaSet, { signal: this.signal });
  }

  update(replicaSet: ReplicaSet): Promise<ReplicaSet> {
    return this.resource.update(replicaSet, { signal: this.signal });
  }

  /** Sets the size, and the annotations that scaling needs; writes nothing where both are right already. (scaleReplicaSet) */
  async scale(deployment: Deployment, { replicaSet, replicas }: ScaleStep): Promise<void> {
    const before = replicasOf(replicaSet);
    const { metadata, spec } = replicaSet;
    const sizes = sizeAnnotations(deployment);
    const hasSizes = Object.entries(sizes).every(([name, value]) => metadata.annotations?.[name] === value);
    if (before === replicas && hasSizes) return;
    const { name = '' } = await this.update({
      ...replicaSet,
      metadata: { ...metadata, annotations: { ...metadata.annotations, ...sizes } },
      spec: { ...spec, selector: spec?.selector ?? {}, replicas },
    }).then((updated) => updated.metadata);
    if (before === replicas) return;
    const direction = before < replicas ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`;
    this.deps.recordEvent(deployment, 'Normal', 'ScalingReplicaSet', message);
  }

  /** One that is gone already is deleted. */
  async delete({ metadata }: ReplicaSet): Promise<void> {
    try {
      await this.resource.delete(metadata.name ?? '', { signal: this.signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
  }
}

/** The replica set of a deployment's present template, as it is created. */
export function newReplicaSet(deployment: Deployment, old: readonly ReplicaSet[], revision: bigint): ReplicaSet {
  const { metadata, spec, status } = deployment;
  const template = spec?.template ?? {};
  const hash = templateHash(template, status?.collisionCount);
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
  const selector = { ...spec?.selector, matchLabels: { ...spec?.selector.matchLabels, [POD_TEMPLATE_HASH]: hash } };
  const empty: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: replicaSetName(metadata.name ?? '', hash),
      namespace: metadata.namespace ?? '',
      labels,
      ownerReferences: [controllerReference(deployment, DEPLOYMENT)],
    },
    spec: {
      replicas: 0,
      selector,
      ...(spec?.minReadySeconds && { minReadySeconds: spec.minReadySeconds }),
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  const annotations = { ...newReplicaSetAnnotations(deployment, empty, revision), ...sizeAnnotations(deployment) };
  const replicas = newestReplicas(deployment, empty, [...old, empty]);
  return { ...empty, metadata: { ...empty.metadata, annotations }, spec: { ...empty.spec, selector, replicas } };
}
