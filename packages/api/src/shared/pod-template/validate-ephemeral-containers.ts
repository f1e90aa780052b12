import { duplicate, type FieldError, type FieldPath, forbidden, notFound } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { semanticEqual } from '../fields/semantic-equal';
import { isMissing } from '../fields/field-rules';
import { type ContainerContext, validateContainerCommon, validateContainerOfPod } from './validate-container';

const NOT_ALLOWED = 'cannot be set for an Ephemeral Container';

/** What an ephemeral container may not have: it is no part of the pod's work, and has no resources of its own. */
const FORBIDDEN_FIELDS = [
  'ports',
  'resources',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
] as const;

/** Containers put into a running pod for a look inside. */
export function validateEphemeralContainers(spec: corev1.PodSpec, path: FieldPath, context: ContainerContext): FieldError[] {
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name));
  const names = new Set(others);
  return (spec.ephemeralContainers ?? []).flatMap((container, i) => {
    const at = path.index(i);
    const errors = [...validateContainerCommon(container, at, context), ...validateContainerOfPod(container, at)];
    if (names.has(container.name)) errors.push(duplicate(at.child('name'), container.name));
    names.add(container.name);
    const { targetContainerName: target } = container;
    if (!isMissing(target) && !others.has(target)) errors.push(notFound(at.child('targetContainerName'), target));
    return [...errors, ...validateFields(container, at), ...validateNoSubPaths(container, at)];
  });
}

function validateFields(container: corev1.EphemeralContainer, path: FieldPath): FieldError[] {
  return FORBIDDEN_FIELDS.filter((field) => !semanticEqual(container[field], undefined)).map((field) =>
    forbidden(path.child(field), NOT_ALLOWED),
  );
}

/** A mount of a sub path stays until the pod ends. */
function validateNoSubPaths({ volumeMounts = [] }: corev1.EphemeralContainer, path: FieldPath): FieldError[] {
  return volumeMounts.flatMap((mount, i) =>
    (['subPath', 'subPathExpr'] as const)
      .filter((field) => !isMissing(mount[field]))
      .map((field) => forbidden(path.child('volumeMounts').index(i).child(field), NOT_ALLOWED)),
  );
}
