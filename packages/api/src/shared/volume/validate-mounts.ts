import { type FieldError, type FieldPath, forbidden, invalid, notFound, notSupported, required } from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { isMissing } from '../fields/field-rules';
import { validateLocalDescendingPath, validateNoBacksteps } from './validate-paths';

/** A pod's volumes by name. */
export type VolumesByName = ReadonlyMap<string, corev1.Volume>;

/** Where a container mounts volumes, and what else it must not clash with (ValidateVolumeMounts). */
export function validateVolumeMounts(container: corev1.Container, path: FieldPath, volumes: VolumesByName): FieldError[] {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const paths = new Set<string>();
  return volumeMounts.flatMap((mount, i) => {
    const at = path.index(i);
    const errors = validateMountName(mount, at, volumes);
    if (isMissing(mount.mountPath)) errors.push(required(at.child('mountPath')));
    if (paths.has(mount.mountPath)) errors.push(invalid(at.child('mountPath'), mount.mountPath, 'must be unique'));
    paths.add(mount.mountPath);
    if (volumeDevices.some(({ name }) => name === mount.name)) {
      errors.push(invalid(at.child('name'), mount.name, 'must not already exist in volumeDevices'));
    }
    if (volumeDevices.some(({ devicePath }) => devicePath === mount.mountPath)) {
      errors.push(invalid(at.child('mountPath'), mount.mountPath, 'must not already exist as a path in volumeDevices'));
    }
    return [
      ...errors,
      ...validateSubPath(mount, { list: path, item: at }, volumes),
      ...validateMountMode(mount, path, container),
    ];
  });
}

function validateMountName({ name }: corev1.VolumeMount, path: FieldPath, volumes: VolumesByName): FieldError[] {
  const at = path.child('name');
  const errors = isMissing(name) ? [required(at)] : [];
  if (!volumes.has(name)) errors.push(notFound(at, name ?? ''));
  return errors;
}

/** Upstream names the list, not the item, in errors about the path itself. */
function validateSubPath(
  { name, subPath, subPathExpr }: corev1.VolumeMount,
  { list, item }: { list: FieldPath; item: FieldPath },
  volumes: VolumesByName,
): FieldError[] {
  const errors: FieldError[] = [];
  const isImage = volumes.get(name)?.image !== undefined;
  const given = Object.entries({ subPath, subPathExpr }).filter((entry): entry is [string, string] => !isMissing(entry[1]));
  if (isImage)
    errors.push(...given.map(([field, value]) => invalid(item.child(field), value, 'not allowed in image volume sources')));
  for (const [field, value] of given) {
    if (field === 'subPathExpr' && given.length > 1) {
      errors.push(invalid(item.child(field), value, 'subPathExpr and subPath are mutually exclusive'));
    }
    errors.push(...validateLocalDescendingPath(value, list.child(field)));
  }
  return errors;
}

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];

function validateMountMode(mount: corev1.VolumeMount, path: FieldPath, { securityContext }: corev1.Container): FieldError[] {
  const errors: FieldError[] = [];
  const { mountPropagation, recursiveReadOnly } = mount;
  if (mountPropagation !== undefined && !PROPAGATIONS.includes(mountPropagation)) {
    errors.push(notSupported(path.child('mountPropagation'), mountPropagation, PROPAGATIONS));
  }
  if (mountPropagation === 'Bidirectional' && !securityContext?.privileged) {
    const detail = 'Bidirectional mount propagation is available only to privileged containers';
    errors.push(forbidden(path.child('mountPropagation'), detail));
  }
  if (recursiveReadOnly !== undefined)
    errors.push(...validateRecursiveReadOnly(mount, recursiveReadOnly, path.child('recursiveReadOnly')));
  return errors;
}

function validateRecursiveReadOnly(
  { readOnly, mountPropagation }: corev1.VolumeMount,
  mode: string,
  path: FieldPath,
): FieldError[] {
  if (!RECURSIVE_READ_ONLY.includes(mode)) return [notSupported(path, mode, RECURSIVE_READ_ONLY)];
  if (mode === 'Disabled') return [];
  const errors: FieldError[] = [];
  if (!readOnly) errors.push(forbidden(path, 'may only be specified when readOnly is true'));
  if (mountPropagation !== undefined && mountPropagation !== 'None') {
    errors.push(forbidden(path, 'may only be specified when mountPropagation is None or not specified'));
  }
  return errors;
}

const BLOCK_SOURCES = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';

/** Raw block devices of a container (ValidateVolumeDevices). */
export function validateVolumeDevices(container: corev1.Container, path: FieldPath, volumes: VolumesByName): FieldError[] {
  const { volumeMounts = [], volumeDevices = [] } = container;
  const names = new Set<string>();
  const paths = new Set<string>();
  return volumeDevices.flatMap((device, i) => {
    const at = path.index(i);
    const errors = [
      ...validateDeviceName(device.name, at.child('name'), { names, volumes }),
      ...validateDevicePath(device, at, paths),
    ];
    if (volumeMounts.some(({ name }) => name === device.name)) {
      errors.push(invalid(at.child('name'), device.name, 'must not already exist in volumeMounts'));
    }
    if (volumeMounts.some(({ mountPath }) => mountPath === device.devicePath)) {
      errors.push(invalid(at.child('devicePath'), device.devicePath, 'must not already exist as a path in volumeMounts'));
    }
    return errors;
  });
}

function validateDeviceName(
  name: string,
  path: FieldPath,
  { names, volumes }: { names: Set<string>; volumes: VolumesByName },
): FieldError[] {
  const errors = isMissing(name) ? [required(path)] : [];
  if (names.has(name)) errors.push(invalid(path, name, 'must be unique'));
  if (!isMissing(name)) names.add(name);
  const volume = volumes.get(name);
  if (!volume) errors.push(notFound(path, name ?? ''));
  else if (!volume.persistentVolumeClaim && !volume.ephemeral) errors.push(invalid(path, name, BLOCK_SOURCES));
  return errors;
}

function validateDevicePath({ devicePath }: corev1.VolumeDevice, path: FieldPath, seen: Set<string>): FieldError[] {
  const at = path.child('devicePath');
  if (isMissing(devicePath)) return [required(at)];
  const errors = seen.has(devicePath) ? [invalid(at, devicePath, 'must be unique')] : [];
  if (validateNoBacksteps(devicePath, at).length > 0) errors.push(invalid(at, devicePath, "can not contain backsteps ('..')"));
  else seen.add(devicePath);
  return errors;
}
