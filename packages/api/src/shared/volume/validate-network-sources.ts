import { type FieldError, type FieldPath, invalid, required } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { isMissing, validateDns1123LabelField } from '../fields/field-rules';
import { requireFields, requireSecretName } from './validate-cloud-sources';

export function validateNfs(source: corev1.NFSVolumeSource, path: FieldPath): FieldError[] {
  const errors = requireFields(source, path, ['server', 'path']);
  const mounted = source.path ?? '';
  if (!mounted.startsWith('/')) errors.push(invalid(path.child('path'), mounted, 'must be an absolute path'));
  return errors;
}

const INITIATORS = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
};

/** An iSCSI qualified name in one of its three forms. */
function validateInitiator(name: string, path: FieldPath): FieldError[] {
  for (const [prefix, format] of Object.entries(INITIATORS)) {
    if (name.startsWith(prefix)) return format.test(name) ? [] : [invalid(path, name, 'must be valid format')];
  }
  return [invalid(path, name, 'must be valid format starting with iqn, eui, or naa')];
}

export function validateIscsi(source: corev1.ISCSIVolumeSource, path: FieldPath): FieldError[] {
  const errors = requireFields(source, path, ['targetPortal', 'iqn']);
  if (!isMissing(source.iqn)) errors.push(...validateInitiator(source.iqn, path.child('iqn')));
  errors.push(...validateLun(source.lun ?? 0, path));
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef) errors.push(required(path.child('secretRef')));
  if (source.initiatorName !== undefined) errors.push(...validateInitiator(source.initiatorName, path.child('initiatorname')));
  return errors;
}

function validateLun(lun: number, path: FieldPath): FieldError[] {
  return lun >= 0 && lun <= 255 ? [] : [invalid(path.child('lun'), lun, 'must be between 0 and 255, inclusive')];
}

export function validateFibreChannel(source: corev1.FCVolumeSource, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { targetWWNs = [], wwids = [], lun } = source;
  const names = path.child('targetWWNs');
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.push(required(names, 'must specify either targetWWNs or wwids, but not both'));
  if (targetWWNs.length > 0 && wwids.length > 0) {
    errors.push(invalid(names, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  }
  if (targetWWNs.length === 0) return errors;
  if (lun === undefined) errors.push(required(path.child('lun'), 'lun is required if targetWWNs is specified'));
  else errors.push(...validateLun(lun, path));
  return errors;
}

export function validateGlusterfs(source: corev1.GlusterfsVolumeSource, path: FieldPath): FieldError[] {
  return requireFields(source, path, ['endpoints', 'path']);
}

export function validateFlocker(source: corev1.FlockerVolumeSource, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { datasetName = '', datasetUUID = '' } = source;
  if (!datasetName && !datasetUUID) errors.push(required(path, 'one of datasetName and datasetUUID is required'));
  if (datasetName && datasetUUID) {
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (datasetName.includes('/')) errors.push(invalid(path.child('datasetName'), datasetName, "must not contain '/'"));
  return errors;
}

export function validateRbd(source: corev1.RBDVolumeSource, path: FieldPath): FieldError[] {
  const errors = source.monitors?.length ? [] : [required(path.child('monitors'))];
  return [...errors, ...requireFields(source, path, ['image'])];
}

export function validateCephFs(source: corev1.CephFSVolumeSource, path: FieldPath): FieldError[] {
  return source.monitors?.length ? [] : [required(path.child('monitors'))];
}

const REGISTRY = 'must be a host:port pair or multiple pairs separated by commas';
const HOST_AND_PORT = /^([^:[\]]*|\[[^[\]]*\]):[^:]*$/;

export function validateQuobyte(source: corev1.QuobyteVolumeSource, path: FieldPath): FieldError[] {
  return [...validateQuobyteRegistry(source, path), ...requireFields(source, path, ['volume'])];
}

function validateQuobyteRegistry({ registry, tenant = '' }: corev1.QuobyteVolumeSource, path: FieldPath): FieldError[] {
  if (isMissing(registry)) return [required(path.child('registry'), REGISTRY)];
  if (tenant.length >= 65) return [required(path.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters')];
  const broken = registry.split(',').filter((pair) => !HOST_AND_PORT.test(pair));
  return broken.map(() => invalid(path.child('registry'), registry, REGISTRY));
}

export function validateStorageOs(source: corev1.StorageOSVolumeSource, path: FieldPath): FieldError[] {
  const { volumeName, volumeNamespace } = source;
  return [
    ...(isMissing(volumeName)
      ? [required(path.child('volumeName'))]
      : validateDns1123LabelField(volumeName, path.child('volumeName'))),
    ...(isMissing(volumeNamespace) ? [] : validateDns1123LabelField(volumeNamespace, path.child('volumeNamespace'))),
    ...requireSecretName(source.secretRef, path),
  ];
}

export function validateScaleIo(source: corev1.ScaleIOVolumeSource, path: FieldPath): FieldError[] {
  return requireFields(source, path, ['gateway', 'system', 'volumeName']);
}
