import type { schedulingv1 } from '@typekube/api';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { forbidden } from '../forbidden';
import type { ObjectSource } from '../object-source';
import { isPod, isResource, oldPodOf, podOf } from '../pods';

type PriorityClass = schedulingv1.PriorityClass;

/** Upstream's Priority: resolves a pod's priority class to its number and policy, and lets only one class be the default. */
export function priority({ objects }: Pick<AdmissionDependencies, 'objects'>): AdmissionPlugin {
  const classes = objects<PriorityClass>('scheduling.k8s.io', 'priorityclasses');
  return {
    name: 'Priority',
    handles: (target) =>
      (isPod(target) || (isResource(target, 'scheduling.k8s.io', 'priorityclasses') && target.subresource === '')) &&
      (target.operation === 'CREATE' || target.operation === 'UPDATE'),
    admit(attributes) {
      if (!isPod(attributes)) return;
      if (attributes.operation === 'UPDATE') return keepPriority(attributes);
      const { priorityClassName } = podOf(attributes).spec;
      if (!priorityClassName) return setPriority(attributes, defaultClass(classes));
      const found = classes.find('', priorityClassName);
      if (found instanceof Promise) return found.then((late) => setNamed(attributes, late));
      setNamed(attributes, found);
    },
    validate(attributes) {
      if (!isPod(attributes)) checkDefault(attributes, classes);
    },
  };
}

/** What a first write has set stays, whatever an update leaves out; changes are validation's to refuse. */
function keepPriority(attributes: AdmissionAttributes): void {
  const [{ spec }, { spec: old }] = [podOf(attributes), oldPodOf(attributes)];
  if (spec.priority === undefined && old.priority !== undefined) spec.priority = old.priority;
  if (spec.preemptionPolicy === undefined && old.preemptionPolicy !== undefined) spec.preemptionPolicy = old.preemptionPolicy;
}

function setNamed(attributes: AdmissionAttributes, found: PriorityClass | undefined): void {
  const { priorityClassName } = podOf(attributes).spec;
  if (!found) throw forbidden(attributes, `no PriorityClass with name ${priorityClassName} was found`);
  setPriority(attributes, found);
}

function setPriority(attributes: AdmissionAttributes, chosen: PriorityClass | undefined): void {
  const { spec } = podOf(attributes);
  const value = chosen?.value ?? 0;
  const policy = chosen ? chosen.preemptionPolicy : 'PreemptLowerPriority';
  if (spec.priority !== undefined && spec.priority !== value) {
    throw forbidden(
      attributes,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} ` +
        'from the given PriorityClass name',
    );
  }
  if (policy !== undefined && spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw forbidden(
      attributes,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller ` +
        `computed ${policy} from the given PriorityClass name`,
    );
  }
  if (chosen?.metadata.name) spec.priorityClassName = chosen.metadata.name;
  spec.priority = value;
  if (policy !== undefined) spec.preemptionPolicy = policy;
}

/** Where several came to be default at once, the one with the lowest value counts. */
function defaultClass(classes: ObjectSource<PriorityClass>): PriorityClass | undefined {
  let found: PriorityClass | undefined;
  for (const candidate of classes.list('')) {
    if (candidate.globalDefault && (!found || (candidate.value ?? 0) < (found.value ?? 0))) found = candidate;
  }
  return found;
}

function checkDefault(attributes: AdmissionAttributes, classes: ObjectSource<PriorityClass>): void {
  const { globalDefault, metadata } = attributes.object as PriorityClass;
  if (!globalDefault) return;
  const present = defaultClass(classes);
  if (!present || (attributes.operation === 'UPDATE' && present.metadata.name === metadata.name)) return;
  throw forbidden(attributes, `PriorityClass ${present.metadata.name} is already marked as default. Only one default can exist`);
}
