import {
  forbidden,
  invalid,
  isDNS1123Subdomain,
  nameIsDNSLabel,
  required,
  type FieldError,
  type FieldPath,
} from '@typekube/apimachinery';
import { validateCsiDriverName } from '../../../shared/csi/driver-name';
import { invalidEach, isMissing, validateDns1123LabelField } from '../../../shared/fields/field-rules';
import {
  requireFields,
  validateAwsDisk,
  validateAzureDisk,
  validateAzureFile,
  validateGceDisk,
  validatePhotonDisk,
  validatePortworx,
  validateVsphere,
} from '../../../shared/volume/validate-cloud-sources';
import { validateFlex } from '../../../shared/volume/validate-driver-sources';
import { validateHostPath } from '../../../shared/volume/validate-local-sources';
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
} from '../../../shared/volume/validate-network-sources';
import { validateNoBacksteps } from '../../../shared/volume/validate-paths';
import type { corev1 } from '../../../types';

type Spec = corev1.PersistentVolumeSpec;

interface SourceRule {
  readonly field: Extract<keyof Spec, string>;
  /** Undefined where the volume has no such source. `path` is that of the spec. */
  validate(spec: Spec, path: FieldPath): FieldError[] | undefined;
}

function rule<F extends Extract<keyof Spec, string>>(
  field: F,
  check: (source: NonNullable<Spec[F]>, path: FieldPath) => FieldError[],
  errorField: string = field,
): SourceRule {
  return {
    field,
    validate(spec, path) {
      const source = spec[field];
      return source === undefined || source === null ? undefined : check(source, path.child(errorField));
    },
  };
}

/** The fields of a volume that say where it is, in the order they are checked; upstream names one otherwise in errors. */
const SOURCES: readonly SourceRule[] = [
  rule('hostPath', validateHostPath),
  rule('gcePersistentDisk', validateGceDisk, 'persistentDisk'),
  rule('awsElasticBlockStore', validateAwsDisk),
  rule('glusterfs', validateGlusterfsVolume),
  rule('flocker', validateFlocker),
  rule('nfs', validateNfs),
  rule('rbd', validateRbd),
  rule('quobyte', validateQuobyte),
  rule('cephfs', validateCephFs),
  rule('iscsi', (source, path) => [...validateIscsi(source, path), ...requireSecretNamespace(source.secretRef, path)]),
  rule('cinder', (source, path) => [...requireFields(source, path, ['volumeID']), ...requireSecret(source.secretRef, path)]),
  rule('fc', validateFibreChannel),
  rule('flexVolume', validateFlex),
  rule('azureFile', validateAzureFileVolume),
  rule('vsphereVolume', validateVsphere),
  rule('photonPersistentDisk', validatePhotonDisk),
  rule('portworxVolume', validatePortworx),
  rule('azureDisk', validateAzureDisk),
  rule('scaleIO', validateScaleIo),
  rule('local', validateLocal),
  rule('storageos', (source, path) => [...validateStorageOs(source, path), ...requireSecretNamespace(source.secretRef, path)]),
  rule('csi', validateCsiVolume),
];

export const SOURCE_FIELDS = SOURCES.map(({ field }) => field);

/** A volume has exactly one source. */
export function validateSources(spec: Spec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let found = 0;
  for (const { field, validate } of SOURCES) {
    const sourceErrors = validate(spec, path);
    if (!sourceErrors) continue;
    const isExtra = found++ > 0 && field !== 'flexVolume';
    errors.push(...(isExtra ? [forbidden(path.child(field), 'may not specify more than 1 volume type')] : sourceErrors));
  }
  if (spec.local && !spec.nodeAffinity) errors.push(required(path.child('nodeAffinity'), 'Local volume requires node affinity'));
  if (found === 0) errors.push(required(path, 'must specify a volume type'));
  return errors;
}

function validateGlusterfsVolume(source: corev1.GlusterfsPersistentVolumeSource, path: FieldPath): FieldError[] {
  const errors = validateGlusterfs(source, path);
  const namespace = source.endpointsNamespace;
  const at = path.child('endpointsNamespace');
  if (namespace === undefined) return errors;
  if (namespace === '') {
    return [...errors, invalid(at, namespace, 'if the endpointnamespace is set, it must be a valid namespace name')];
  }
  return [...errors, ...invalidEach(at, namespace, nameIsDNSLabel(namespace, false))];
}

function validateAzureFileVolume(source: corev1.AzureFilePersistentVolumeSource, path: FieldPath): FieldError[] {
  const errors = validateAzureFile(source, path);
  return source.secretNamespace === '' ? [...errors, required(path.child('secretNamespace'))] : errors;
}

function validateLocal(source: corev1.LocalVolumeSource, path: FieldPath): FieldError[] {
  const at = path.child('path');
  return isMissing(source.path) ? [required(at)] : validateNoBacksteps(source.path, at);
}

function validateCsiVolume(source: corev1.CSIPersistentVolumeSource, path: FieldPath): FieldError[] {
  const errors = validateCsiDriverName(source.driver, path.child('driver'));
  errors.push(...requireFields(source, path, ['volumeHandle']));
  const secrets = [
    'controllerPublishSecretRef',
    'controllerExpandSecretRef',
    'nodePublishSecretRef',
    'nodeExpandSecretRef',
  ] as const;
  for (const field of secrets) {
    const secret = source[field];
    if (secret) errors.push(...validateSecretReference(secret, path.child(field)));
  }
  return errors;
}

function validateSecretReference({ name, namespace }: corev1.SecretReference, path: FieldPath): FieldError[] {
  const namePath = path.child('name');
  const namespacePath = path.child('namespace');
  return [
    ...(isMissing(name) ? [required(namePath)] : invalidEach(namePath, name, isDNS1123Subdomain(name))),
    ...(isMissing(namespace) ? [required(namespacePath)] : validateDns1123LabelField(namespace, namespacePath)),
  ];
}

interface NamespacedReference {
  readonly name?: string;
  readonly namespace?: string;
}

function requireSecret(secret: NamespacedReference | undefined, path: FieldPath): FieldError[] {
  const unnamed = secret && isMissing(secret.name) ? [required(path.child('secretRef', 'name'))] : [];
  return [...unnamed, ...requireSecretNamespace(secret, path)];
}

function requireSecretNamespace(secret: NamespacedReference | undefined, path: FieldPath): FieldError[] {
  return secret && isMissing(secret.namespace) ? [required(path.child('secretRef', 'namespace'))] : [];
}
