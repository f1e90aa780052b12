import { type corev1, equalAmounts, type nodev1, parseAmounts } from '@typekube/api';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import type { ObjectSource } from '../object-source';
import { isPod, podOf } from '../pods';
import { mergeTolerations } from '../tolerations';

type RuntimeClass = nodev1.RuntimeClass;

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

/** Upstream's RuntimeClass: a pod of a class gets its overhead, its node selector and its tolerations. */
export function runtimeClass({ objects }: Pick<AdmissionDependencies, 'objects'>): AdmissionPlugin {
  const classes = objects<RuntimeClass>('node.k8s.io', 'runtimeclasses');
  return {
    name: 'RuntimeClass',
    handles: (target) => isPod(target) && target.operation === 'CREATE',
    admit: (attributes) =>
      withClass(attributes, classes, (found) => {
        if (found?.overhead) setOverhead(attributes, found.overhead);
        if (found?.scheduling) setScheduling(attributes, found.scheduling);
      }),
    validate: (attributes) => withClass(attributes, classes, (found) => checkOverhead(attributes, found?.overhead)),
  };
}

function withClass(
  attributes: AdmissionAttributes,
  classes: ObjectSource<RuntimeClass>,
  use: (found: RuntimeClass | undefined) => void,
): void | Promise<void> {
  const { runtimeClassName } = podOf(attributes).spec;
  if (runtimeClassName === undefined) return use(undefined);
  const mustExist = (found: RuntimeClass | undefined): void => {
    if (!found) throw forbidden(attributes, `pod rejected: RuntimeClass "${runtimeClassName}" not found`);
    use(found);
  };
  const found = classes.find('', runtimeClassName);
  return found instanceof Promise ? found.then(mustExist) : mustExist(found);
}

function setOverhead(attributes: AdmissionAttributes, { podFixed }: nodev1.Overhead): void {
  const { spec } = podOf(attributes);
  if (spec.overhead && !isSame(spec.overhead, podFixed)) throw forbidden(attributes, MISMATCH);
  if (podFixed) spec.overhead = { ...podFixed };
}

function setScheduling(attributes: AdmissionAttributes, { nodeSelector, tolerations }: nodev1.Scheduling): void {
  const { spec } = podOf(attributes);
  for (const [key, value] of Object.entries(nodeSelector ?? {})) {
    const own = spec.nodeSelector?.[key];
    if (own === undefined || own === value) continue;
    throw forbidden(
      attributes,
      `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
    );
  }
  if (nodeSelector) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector };
  if (tolerations?.length) spec.tolerations = mergeTolerations(spec.tolerations ?? [], tolerations);
}

function checkOverhead(attributes: AdmissionAttributes, overhead: nodev1.Overhead | undefined): void {
  const own = podOf(attributes).spec.overhead;
  if (overhead) {
    if (!isSame(own, overhead.podFixed)) throw forbidden(attributes, MISMATCH);
  } else if (own) {
    throw forbidden(attributes, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
  }
}

function isSame(a: corev1.PodSpec['overhead'], b: nodev1.Overhead['podFixed']): boolean {
  return equalAmounts(parseAmounts(a), parseAmounts(b));
}
