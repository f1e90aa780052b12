import type { corev1 } from '@typekube/api';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import { claimProblems, podProblems } from '../limits/limit-problems';
import { setDefaultResources } from '../limits/default-resources';
import { isResource, podOf } from '../pods';

/** Upstream's LimitRanger: gives containers the resources that they do not ask for, and refuses what is outside of a namespace's limits. */
export function limitRanger({ objects }: Pick<AdmissionDependencies, 'objects'>): AdmissionPlugin {
  const ranges = objects<corev1.LimitRange>('', 'limitranges');
  return {
    name: 'LimitRanger',
    handles: ({ operation, resource, subresource }) => {
      if (isResource({ resource }, '', 'persistentvolumeclaims')) return subresource === '' && (operation === 'CREATE' || operation === 'UPDATE');
      if (!isResource({ resource }, '', 'pods')) return false;
      // What a pod's containers ask for changes by a resize only.
      return subresource === '' ? operation === 'CREATE' : subresource === 'resize' && operation === 'UPDATE';
    },
    admit(attributes) {
      if (isBeingDeleted(attributes) || !isResource(attributes, '', 'pods')) return;
      for (const range of ranges.list(attributes.namespace)) setDefaultResources(podOf(attributes), range);
    },
    validate(attributes) {
      if (isBeingDeleted(attributes)) return;
      for (const range of ranges.list(attributes.namespace)) {
        const problems = isResource(attributes, '', 'pods')
          ? podProblems(podOf(attributes), range)
          : claimProblems(attributes.object as corev1.PersistentVolumeClaim, range);
        if (problems.length) throw forbidden(attributes, aggregate(problems));
      }
    },
  };
}

function isBeingDeleted({ oldObject }: AdmissionAttributes): boolean {
  return oldObject?.metadata.deletionTimestamp !== undefined;
}

/** Several texts as upstream's aggregate prints them, each once. */
function aggregate(problems: readonly string[]): string {
  const texts = [...new Set(problems)];
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
}
