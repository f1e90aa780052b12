import { FieldPath, type FieldError, duplicate, invalid, notSupported, required } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { validateImmutable } from '../../../shared/fields/field-rules';

const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const LIFECYCLE_MODES = ['Persistent', 'Ephemeral'];
const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;
const MIN_ALLOCATABLE_UPDATE_SECONDS = 10;

/** The rules of a CSIDriver. The path of attachRequired is misspelt upstream, and so here. */
export function validateCsiDriver(object: storagev1.CSIDriver): FieldError[] {
  const spec: storagev1.CSIDriverSpec = object.spec ?? {};
  const path = FieldPath.of('spec');
  return [
    ...validateIsSet(spec.attachRequired, path.child('attachedRequired')),
    ...validateIsSet(spec.podInfoOnMount, path.child('podInfoOnMount')),
    ...validateIsSet(spec.storageCapacity, path.child('storageCapacity')),
    ...validateFsGroupPolicy(spec.fsGroupPolicy, path.child('fsGroupPolicy')),
    ...validateTokenRequests(spec.tokenRequests ?? [], path.child('tokenRequests')),
    ...validateLifecycleModes(spec.volumeLifecycleModes ?? [], path.child('volumeLifecycleModes')),
    ...validateIsSet(spec.seLinuxMount, path.child('seLinuxMount')),
    ...validateUpdatePeriod(spec.nodeAllocatableUpdatePeriodSeconds, path.child('nodeAllocatableUpdatePeriodSeconds')),
  ];
}

/** The rules of a changed CSIDriver: whether it attaches, and the life of its volumes, stay. */
export function validateCsiDriverUpdate(object: storagev1.CSIDriver, old: storagev1.CSIDriver): FieldError[] {
  const path = FieldPath.of('spec');
  return [
    ...validateCsiDriver(object),
    ...validateImmutable(object.spec?.attachRequired, old.spec?.attachRequired, path.child('attachedRequired')),
    ...validateImmutable(object.spec?.volumeLifecycleModes, old.spec?.volumeLifecycleModes, path.child('volumeLifecycleModes')),
  ];
}

function validateIsSet(value: boolean | undefined, path: FieldPath): FieldError[] {
  return value === undefined ? [required(path)] : [];
}

function validateFsGroupPolicy(policy: string | undefined, path: FieldPath): FieldError[] {
  return policy === undefined || FS_GROUP_POLICIES.includes(policy) ? [] : [notSupported(path, policy, FS_GROUP_POLICIES)];
}

function validateTokenRequests(requests: readonly storagev1.TokenRequest[], path: FieldPath): FieldError[] {
  const audiences = new Set<string>();
  return requests.flatMap((request, i) => {
    const audience = request.audience ?? '';
    if (audiences.has(audience)) return [duplicate(path.index(i).child('audience'), audience)];
    audiences.add(audience);
    return validateTokenLife(request.expirationSeconds, path.index(i).child('expirationSeconds'));
  });
}

function validateTokenLife(seconds: number | undefined, path: FieldPath): FieldError[] {
  if (seconds === undefined) return [];
  if (seconds < MIN_TOKEN_SECONDS) return [invalid(path, seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > MAX_TOKEN_SECONDS ? [invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
}

function validateLifecycleModes(modes: readonly string[], path: FieldPath): FieldError[] {
  return modes.filter((mode) => !LIFECYCLE_MODES.includes(mode)).map((mode) => notSupported(path, mode, LIFECYCLE_MODES));
}

function validateUpdatePeriod(seconds: number | undefined, path: FieldPath): FieldError[] {
  if (seconds === undefined || seconds >= MIN_ALLOCATABLE_UPDATE_SECONDS) return [];
  return [invalid(path, seconds, 'must be greater than or equal to 10 seconds')];
}
