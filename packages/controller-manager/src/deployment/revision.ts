import { semanticEqual } from '@typekube/apimachinery';
import { byCreation, type Deployment, type PodTemplateSpec, type ReplicaSet } from '../shared/objects';
import { POD_TEMPLATE_HASH } from './replica-set-name';

/** The replica sets of a deployment, told apart. */
export interface Revisions {
  /** The one of the deployment's present template, if it is there. */
  readonly newest: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/**
 * Which replica set has the deployment's template. Where there are several, the oldest counts, so that it stays the same one.
 * (FindNewReplicaSet, FindOldReplicaSets)
 */
export function splitRevisions(deployment: Deployment, replicaSets: readonly ReplicaSet[]): Revisions {
  const sorted = [...replicaSets].sort(byCreation);
  const newest = sorted.find(({ spec }) => sameTemplate(spec?.template, deployment.spec?.template));
  return { newest, old: replicaSets.filter((replicaSet) => replicaSet.metadata.uid !== newest?.metadata.uid) };
}

/** Whether two templates are the same but for the hash label. (EqualIgnoreHash) */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return semanticEqual(withoutHash(a), withoutHash(b));
}

function withoutHash(template: PodTemplateSpec = {}): PodTemplateSpec {
  const { [POD_TEMPLATE_HASH]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}
