import type { corev1 } from '@typekube/api';
import type { AdmissionPlugin } from '../admission';
import { isResource } from '../pods';

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** Upstream's TaintNodesByCondition: a new node takes no pods until the node lifecycle controller has seen it ready. */
export function taintNodesByCondition(): AdmissionPlugin {
  return {
    name: 'TaintNodesByCondition',
    handles: (target) => isResource(target, '', 'nodes') && target.operation === 'CREATE' && target.subresource === '',
    admit({ object }) {
      const node = object as corev1.Node;
      const taints = node.spec?.taints ?? [];
      if (taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) return;
      node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY }] };
    },
  };
}
