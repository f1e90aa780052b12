import type { corev1 } from '@typekube/api';
import type { AdmissionPlugin } from '../admission';
import type { PluginFlags } from '../plugin-descriptor';
import { isPod, podOf } from '../pods';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** Upstream's DefaultTolerationSeconds: a pod stays a while on a node that is not ready or not reached, if it does not say otherwise. */
export function defaultTolerationSeconds(flags: PluginFlags): AdmissionPlugin {
  const defaults: readonly (readonly [key: string, seconds: number])[] = [
    [NOT_READY, flags.defaultNotReadyTolerationSeconds],
    [UNREACHABLE, flags.defaultUnreachableTolerationSeconds],
  ];
  return {
    name: 'DefaultTolerationSeconds',
    // Upstream runs it for updates too, where it can only add what the first write has left out.
    handles: ({ operation, ...target }) => isPod(target) && (operation === 'CREATE' || operation === 'UPDATE'),
    admit(attributes) {
      const { spec } = podOf(attributes);
      const present = spec.tolerations ?? [];
      for (const [key, tolerationSeconds] of defaults) {
        if (present.some((toleration) => tolerates(toleration, key))) continue;
        spec.tolerations = [...(spec.tolerations ?? []), { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }];
      }
    },
  };
}

/** Without a key or an effect it tolerates any. */
function tolerates({ key, effect }: corev1.Toleration, wanted: string): boolean {
  return (!key || key === wanted) && (!effect || effect === 'NoExecute');
}
