import type { AdmissionPlugin } from '../admission';
import { forbidden } from '../forbidden';
import { isPod, podOf } from '../pods';

const HOSTNAME = 'kubernetes.io/hostname';

/** Upstream's LimitPodHardAntiAffinityTopology: a pod may keep others from its node, not from more. */
export function limitPodHardAntiAffinityTopology(): AdmissionPlugin {
  return {
    name: 'LimitPodHardAntiAffinityTopology',
    handles: (target) => isPod(target) && (target.operation === 'CREATE' || target.operation === 'UPDATE'),
    validate(attributes) {
      const terms = podOf(attributes).spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
      const wide = terms.find(({ topologyKey }) => topologyKey !== HOSTNAME);
      if (!wide) return;
      const why =
        `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${wide.topologyKey} but only key ${HOSTNAME} is allowed`;
      throw forbidden(attributes, why);
    },
  };
}
