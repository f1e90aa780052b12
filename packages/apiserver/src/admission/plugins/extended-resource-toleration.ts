import { isExtendedResourceName } from '@typekube/api';
import type { AdmissionPlugin } from '../admission';
import { isPod, podOf } from '../pods';
import { addToleration } from '../tolerations';

/** Upstream's ExtendedResourceToleration: pods that ask for a special resource are let onto the nodes that are kept for it. */
export function extendedResourceToleration(): AdmissionPlugin {
  return {
    name: 'ExtendedResourceToleration',
    handles: (target) => isPod(target) && (target.operation === 'CREATE' || target.operation === 'UPDATE'),
    admit(attributes) {
      const { spec } = podOf(attributes);
      const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
      const names = new Set(containers.flatMap(({ resources }) => Object.keys(resources?.requests ?? {}).filter(isExtendedResourceName)));
      for (const key of [...names].sort()) {
        spec.tolerations = addToleration(spec.tolerations ?? [], { key, operator: 'Exists', effect: 'NoSchedule' });
      }
    },
  };
}
