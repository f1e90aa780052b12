import { type FieldError, type FieldPath, forbidden, invalid, type ObjectMeta } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { ratcheted } from '../fields/ratchet';
import { validateLocalDescendingPath } from '../volume/validate-paths';
import { visitContainers } from './visit-containers';

export const MIRROR_POD_ANNOTATION = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_CONTAINER_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/';
export const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

type Annotations = Readonly<Record<string, string>>;

/** Annotations that mean something to pods, on a pod or a template (ValidatePodSpecificAnnotations). */
export function validatePodAnnotations(annotations: Annotations, spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const mirror = annotations[MIRROR_POD_ANNOTATION];
  const errors: FieldError[] = [];
  if (mirror !== undefined && !spec.nodeName) {
    errors.push(invalid(path.key(MIRROR_POD_ANNOTATION), mirror, 'must set spec.nodeName if mirror pod annotation is set'));
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isInt32(cost)) {
    errors.push(...ratcheted('deletion cost', [invalid(path.key(DELETION_COST), cost, 'must be a 32bit integer')]));
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER_PREFIX)) errors.push(...validateSeccomp(value, path.child(key)));
    if (key.startsWith(APP_ARMOR_PREFIX)) errors.push(...validateAppArmor(key, value, { spec, path: path.key(key) }));
  }
  return errors;
}

/** The decimal form that Go's strconv and upstream's rule against leading zeros and signs accept. */
function isInt32(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;
}

const LOCALHOST = 'localhost/';

function validateSeccomp(profile: string, path: FieldPath): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  if (profile.startsWith(LOCALHOST)) return validateLocalDescendingPath(profile.slice(LOCALHOST.length), path);
  return [invalid(path, profile, 'must be a valid seccomp profile')];
}

function validateAppArmor(key: string, profile: string, { spec, path }: { spec: corev1.PodSpec; path: FieldPath }): FieldError[] {
  const name = key.slice(APP_ARMOR_PREFIX.length);
  const known = [...visitContainers(spec, path)].some(({ container }) => container.name === name);
  const errors = known ? [] : [invalid(path, name, 'container not found')];
  if (!['', 'runtime/default', 'unconfined'].includes(profile) && !profile.startsWith(LOCALHOST)) {
    errors.push(invalid(path, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`));
  }
  return errors;
}

/** The annotations of the past may stand beside the fields that took their place only if they say the same. */
export function validateProfilesMatchFields(metadata: ObjectMeta, spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const annotations = metadata.annotations ?? {};
  const { seccompProfile, appArmorProfile } = spec.securityContext ?? {};
  const podSeccomp = path.child('securityContext', 'seccompProfile');
  const errors = matchProfile('seccomp', annotations[SECCOMP_POD], seccompProfile, podSeccomp);
  for (const { container, path: at } of visitContainers(spec, path)) {
    const own = container.securityContext;
    const seccomp = at.child('securityContext', 'seccompProfile');
    errors.push(...matchProfile('seccomp', annotations[SECCOMP_CONTAINER_PREFIX + container.name], own?.seccompProfile, seccomp));
    if (spec.os?.name === 'windows') continue;
    const appArmor = own?.appArmorProfile ?? appArmorProfile;
    errors.push(
      ...matchProfile(
        'apparmor',
        annotations[APP_ARMOR_PREFIX + container.name],
        appArmor,
        at.child('securityContext', 'appArmorProfile'),
      ),
    );
  }
  return errors;
}

function matchProfile(
  what: 'seccomp' | 'apparmor',
  annotation: string | undefined,
  profile: corev1.SeccompProfile | corev1.AppArmorProfile | undefined,
  path: FieldPath,
): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const typesDiffer = forbidden(path.child('type'), `${what} type in annotation and field must match`);
  switch (profile.type) {
    case 'Unconfined':
      return annotation === 'unconfined' ? [] : [typesDiffer];
    case 'RuntimeDefault': {
      const same = annotation === 'runtime/default' || (what === 'seccomp' && annotation === 'docker/default');
      return same ? [] : [typesDiffer];
    }
    case 'Localhost':
      if (!annotation.startsWith(LOCALHOST)) return [typesDiffer];
      if (annotation.slice(LOCALHOST.length) === profile.localhostProfile) return [];
      return [forbidden(path.child('localhostProfile'), `${what} profile in annotation and field must match`)];
    default:
      return [];
  }
}

/** Annotations that a pod has for life (ValidatePodSpecificAnnotationUpdates). */
export function validatePodAnnotationUpdates(annotations: Annotations, old: Annotations, path: FieldPath): FieldError[] {
  const fixed = (key: string): string | undefined =>
    key === MIRROR_POD_ANNOTATION
      ? 'mirror pod annotation'
      : key.startsWith(APP_ARMOR_PREFIX)
        ? 'AppArmor annotations'
        : undefined;
  const changed = Object.keys(old).filter((key) => annotations[key] !== old[key]);
  const added = Object.keys(annotations).filter((key) => !Object.hasOwn(old, key));
  const report = (keys: readonly string[], verb: string): FieldError[] =>
    keys.flatMap((key) => {
      const what = fixed(key);
      return what === undefined ? [] : [forbidden(path.key(key), `may not ${verb} ${what}`)];
    });
  return [...report(changed, 'remove or update'), ...report(added, 'add')];
}
