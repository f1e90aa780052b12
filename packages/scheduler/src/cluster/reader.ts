import { type corev1, type policyv1, storageClassNameOf, type storagev1 } from '@typekube/api';
import {
  everything,
  type Labels,
  type Requirement,
  type Selector,
  selectorFromLabelSelector,
  selectorFromRequirements,
  selectorFromSet,
} from '@typekube/apimachinery';
import {
  type DeepReadonly,
  type Informer,
  type InformerFactory,
  namespaces,
  persistentVolumeClaims,
  persistentVolumes,
  podDisruptionBudgets,
  pods,
  replicaSets,
  replicationControllers,
  services,
  statefulSets,
  storageClasses,
} from '@typekube/client';
import type { Claim, ClusterReader, Volume } from '../framework/handle';
import type { Pod } from '../framework/objects';

/** The pods that have not ended: the others matter to nobody here. */
export const UNFINISHED_PODS = 'status.phase!=Succeeded,status.phase!=Failed';

/** The index of volumes by their class. */
const BY_CLASS = 'class';

/** Reads the cluster from informers. */
export class InformerReader implements ClusterReader {
  readonly pods: Informer<corev1.Pod>;
  readonly claims: Informer<corev1.PersistentVolumeClaim>;
  readonly volumes: Informer<corev1.PersistentVolume>;
  readonly classes: Informer<storagev1.StorageClass>;
  private readonly namespaces: Informer<corev1.Namespace>;
  private readonly services: Informer<corev1.Service>;
  private readonly budgets: Informer<policyv1.PodDisruptionBudget>;
  private readonly controllerSelector: (kind: string, key: string) => readonly Requirement[];

  constructor(factory: InformerFactory) {
    this.pods = factory.for(pods, { fieldSelector: UNFINISHED_PODS });
    this.claims = factory.for(persistentVolumeClaims);
    this.volumes = factory.for(persistentVolumes);
    this.volumes.addIndex(BY_CLASS, (volume) => [storageClassNameOf(volume)]);
    this.classes = factory.for(storageClasses);
    this.namespaces = factory.for(namespaces);
    this.services = factory.for(services);
    this.budgets = factory.for(podDisruptionBudgets);
    this.controllerSelector = controllerSelectors(factory);
  }

  namespaceLabels(name: string): Labels | undefined {
    const namespace = this.namespaces.indexer.get(name);
    return namespace && (namespace.metadata.labels ?? {});
  }

  pod(namespace: string, name: string): Pod | undefined {
    return this.pods.indexer.get(`${namespace}/${name}`);
  }

  claim(namespace: string, name: string): Claim | undefined {
    return this.claims.indexer.get(`${namespace}/${name}`);
  }

  volume(name: string): Volume | undefined {
    return this.volumes.indexer.get(name);
  }

  volumesOfClass(name: string): readonly Volume[] {
    return this.volumes.indexer.byIndex(BY_CLASS, name);
  }

  storageClass(name: string): DeepReadonly<storagev1.StorageClass> | undefined {
    return this.classes.indexer.get(name);
  }

  podDisruptionBudgets(): readonly DeepReadonly<policyv1.PodDisruptionBudget>[] {
    return this.budgets.indexer.list();
  }

  /** What the pod's services and its controller select together. (helper.DefaultSelector) */
  ownersSelector(pod: Pod): Selector {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    const requirements = owner ? this.controllerSelector(owner.kind, `${pod.metadata.namespace}/${owner.name}`) : [];
    const all = [...selectorFromSet(this.serviceLabels(pod)).requirements, ...requirements];
    return all.length ? selectorFromRequirements(all) : everything();
  }

  /** The selectors of all services that select the pod. */
  private serviceLabels(pod: Pod): Labels {
    let merged: Labels = {};
    for (const { spec } of this.services.indexer.list({ namespace: pod.metadata.namespace ?? '' })) {
      const selector = spec?.selector ?? {};
      const isMeant = Object.keys(selector).length > 0 && selectorFromSet(selector).matches(pod.metadata.labels);
      if (isMeant) merged = { ...merged, ...selector };
    }
    return merged;
  }
}

/** What the controller of that kind and `namespace/name` selects; nothing of controllers that select by no labels. */
function controllerSelectors(factory: InformerFactory): (kind: string, key: string) => readonly Requirement[] {
  const controllers = factory.for(replicationControllers);
  const sets = factory.for(replicaSets);
  const stateful = factory.for(statefulSets);
  return (kind, key) => {
    switch (kind) {
      case 'ReplicationController':
        return selectorFromSet(controllers.indexer.get(key)?.spec?.selector).requirements;
      case 'ReplicaSet':
        return selectorFromLabelSelector(sets.indexer.get(key)?.spec?.selector).requirements;
      case 'StatefulSet':
        return selectorFromLabelSelector(stateful.indexer.get(key)?.spec?.selector).requirements;
      default:
        return [];
    }
  };
}
