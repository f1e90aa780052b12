import type { Pod, StatefulSet } from '../shared/objects';
import { podFromTemplate } from '../shared/pod-control';
import { identityLabels, podName, revisionLabel, startOf, STATEFUL_SET } from './identity';
import type { SetState, TemplateRevision } from './set-state';
import { volumesOf } from './storage';

/** The pod of a number, as it is created. (newVersionedStatefulSetPod) */
export function newPod(state: SetState, ordinal: number): Pod {
  const { set } = state;
  const { name: revision, template } = revisionFor(state, ordinal);
  const name = podName(set, ordinal);
  const { metadata, spec, ...pod } = podFromTemplate(template, set, STATEFUL_SET);
  const { serviceName } = set.spec ?? {};
  return {
    ...pod,
    metadata: { ...metadata, name, labels: { ...metadata.labels, ...identityLabels(name, ordinal), ...revisionLabel(revision) } },
    spec: {
      containers: [],
      ...spec,
      hostname: name,
      ...(serviceName && { subdomain: serviceName }),
      volumes: volumesOf(set, ordinal, spec?.volumes),
    },
  };
}

/** A pod with the labels and volumes that it should have. */
export function repaired(set: StatefulSet, pod: Pod, ordinal: number): Pod {
  const { metadata, spec } = pod;
  const name = podName(set, ordinal);
  return {
    ...pod,
    metadata: { ...metadata, labels: { ...metadata.labels, ...identityLabels(name, ordinal) } },
    spec: { containers: [], ...spec, volumes: volumesOf(set, ordinal, spec?.volumes) },
  };
}

/** Pods below the partition stay what they are, whoever makes them anew. */
function revisionFor({ set, current, update }: SetState, ordinal: number): TemplateRevision {
  const { type = 'RollingUpdate', rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type !== 'RollingUpdate') return update;
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : (set.status?.currentReplicas ?? 0);
  return ordinal < startOf(set) + kept ? current : update;
}
