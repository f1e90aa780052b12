import { type FieldError, type FieldPath, forbidden } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { compareQuantities } from '../resources/validate';
import {
  validateAwsDisk,
  validateAzureDisk,
  validateAzureFile,
  validateCinder,
  validateGceDisk,
  validatePhotonDisk,
  validatePortworx,
  validateVsphere,
} from './validate-cloud-sources';
import { validateClaimReference, validateCsi, validateEphemeral, validateFlex, validateImage } from './validate-driver-sources';
import {
  validateConfigMapVolume,
  validateDownwardApiVolume,
  validateGitRepo,
  validateHostPath,
  validateSecretVolume,
} from './validate-local-sources';
import {
  validateCephFs,
  validateFibreChannel,
  validateFlocker,
  validateGlusterfs,
  validateIscsi,
  validateNfs,
  validateQuobyte,
  validateRbd,
  validateScaleIo,
  validateStorageOs,
} from './validate-network-sources';
import { validateProjected } from './validate-projected';

/** Where a volume stands. `podName` only where the pod itself is being written. */
export interface VolumeContext {
  readonly podName?: string;
  /** The spec is that of a pod and not of a template, where some fields may still be filled in. */
  readonly resourceIsPod: boolean;
}

interface SourceRule {
  /** The name upstream uses in the error about a second source. */
  readonly field: string;
  /** The name upstream uses in errors about the source itself, which is not always the field's. */
  readonly path: string;
  /** An empty directory is checked first and never counts as the second source. */
  readonly repeatable?: boolean;
  check(volume: corev1.Volume, context: VolumeContext): ((path: FieldPath) => FieldError[]) | undefined;
}

function rule<K extends keyof corev1.Volume>(
  key: K,
  validate: (source: NonNullable<corev1.Volume[K]>, path: FieldPath, context: VolumeContext) => FieldError[],
  names: { field?: string; path?: string; repeatable?: boolean } = {},
): SourceRule {
  return {
    field: names.field ?? key,
    path: names.path ?? key,
    repeatable: names.repeatable ?? false,
    check(volume, context) {
      const source = volume[key];
      return source === undefined || source === null ? undefined : (path) => validate(source, path, context);
    },
  };
}

/** Every kind of volume in upstream's order, which decides about which of two sources is the one too many. */
export const SOURCES: readonly SourceRule[] = [
  rule('emptyDir', validateEmptyDir, { repeatable: true }),
  rule('hostPath', validateHostPath),
  rule('gitRepo', validateGitRepo),
  rule('gcePersistentDisk', validateGceDisk, { path: 'persistentDisk' }),
  rule('awsElasticBlockStore', validateAwsDisk),
  rule('secret', validateSecretVolume),
  rule('nfs', validateNfs),
  rule('iscsi', validateIscsi),
  rule('glusterfs', validateGlusterfs),
  rule('flocker', validateFlocker),
  rule('persistentVolumeClaim', validateClaimReference),
  rule('rbd', validateRbd),
  rule('cinder', validateCinder),
  rule('cephfs', validateCephFs, { field: 'cephFS' }),
  rule('quobyte', validateQuobyte),
  rule('downwardAPI', validateDownwardApiVolume, { field: 'downwarAPI' }),
  rule('fc', validateFibreChannel),
  rule('flexVolume', validateFlex),
  rule('configMap', validateConfigMapVolume),
  rule('azureFile', validateAzureFile),
  rule('vsphereVolume', validateVsphere),
  rule('photonPersistentDisk', validatePhotonDisk),
  rule('portworxVolume', validatePortworx),
  rule('azureDisk', validateAzureDisk),
  rule('storageos', validateStorageOs),
  rule('projected', validateProjected),
  rule('scaleIO', validateScaleIo),
  rule('csi', validateCsi),
  rule('ephemeral', validateEphemeral),
  rule('image', validateImage),
];

function validateEmptyDir({ sizeLimit }: corev1.EmptyDirVolumeSource, path: FieldPath): FieldError[] {
  if (sizeLimit === undefined || compareQuantities(sizeLimit, '0') >= 0) return [];
  return [forbidden(path.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity')];
}
