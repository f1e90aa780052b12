import { FieldPath, type FieldError, notSupported, required } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { validateImmutable } from '../../../shared/fields/field-rules';
import {
  validateClassFieldUnchanged,
  validateClassParameters,
  validateProvisioner,
} from '../../../shared/storage/class-parameters';
import { validateAllowedTopologies } from './allowed-topologies';

const RECLAIM_POLICIES = ['Delete', 'Retain'];
const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'];

/** The rules of a new StorageClass. */
export function validateStorageClass(object: storagev1.StorageClass): FieldError[] {
  return [
    ...validateProvisioner(object.provisioner, FieldPath.of('provisioner')),
    ...validateClassParameters(object.parameters, FieldPath.of('parameters'), { allowEmpty: true }),
    ...validateReclaimPolicy(object.reclaimPolicy),
    ...validateBindingMode(object.volumeBindingMode),
    ...validateAllowedTopologies(object.allowedTopologies, FieldPath.of('allowedTopologies')),
  ];
}

/** What a StorageClass must keep: it says how volumes were made. */
export function validateStorageClassUpdate(object: storagev1.StorageClass, old: storagev1.StorageClass): FieldError[] {
  return [
    ...validateClassFieldUnchanged(object.parameters, old.parameters, FieldPath.of('parameters')),
    ...validateClassFieldUnchanged(object.provisioner, old.provisioner, FieldPath.of('provisioner')),
    ...validateClassFieldUnchanged(object.reclaimPolicy, old.reclaimPolicy, FieldPath.of('reclaimPolicy')),
    ...validateImmutable(object.volumeBindingMode, old.volumeBindingMode, FieldPath.of('volumeBindingMode')),
  ];
}

function validateReclaimPolicy(policy: string | undefined): FieldError[] {
  return !policy || RECLAIM_POLICIES.includes(policy)
    ? []
    : [notSupported(FieldPath.of('reclaimPolicy'), policy, RECLAIM_POLICIES)];
}

function validateBindingMode(mode: string | undefined): FieldError[] {
  const path = FieldPath.of('volumeBindingMode');
  if (mode === undefined) return [required(path)];
  return BINDING_MODES.includes(mode) ? [] : [notSupported(path, mode, BINDING_MODES)];
}
