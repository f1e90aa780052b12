import { FieldPath, type FieldError, forbidden, invalid, nameIsDNSSubdomain, required, tooLong } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { validateCsiDriverName } from '../../../shared/csi/driver-name';
import { invalidEach, validateImmutable } from '../../../shared/fields/field-rules';
import { byteLength } from '../../../shared/text/text';
import { validateInlineVolume } from './inline-volume';

const MAX_METADATA_BYTES = 256 * 1024;
const MAX_MESSAGE_BYTES = 1024;
const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

/** The rules of a new VolumeAttachment. */
export function validateVolumeAttachment(object: storagev1.VolumeAttachment): FieldError[] {
  const volumeName = object.spec?.source?.persistentVolumeName;
  return [
    ...validateSpecAndStatus(object),
    ...validateCsiDriverName(object.spec?.attacher, FieldPath.of('spec', 'attacher')),
    ...(volumeName === undefined
      ? []
      : invalidEach(FieldPath.of('spec', 'source', 'persistentVolumeName'), volumeName, nameIsDNSSubdomain(volumeName, false))),
  ];
}

/** The rules of a changed VolumeAttachment: its spec stays. */
export function validateVolumeAttachmentUpdate(
  object: storagev1.VolumeAttachment,
  old: storagev1.VolumeAttachment,
): FieldError[] {
  return [...validateSpecAndStatus(object), ...validateImmutable(object.spec, old.spec, FieldPath.of('spec'))];
}

function validateSpecAndStatus(object: storagev1.VolumeAttachment): FieldError[] {
  const spec: Partial<storagev1.VolumeAttachmentSpec> = object.spec ?? {};
  const path = FieldPath.of('spec');
  const nodeName = spec.nodeName ?? '';
  return [
    ...(spec.attacher ? [] : [required(path.child('attacher'))]),
    ...validateSource(spec.source ?? {}, path.child('source')),
    ...invalidEach(path.child('nodeName'), nodeName, nameIsDNSSubdomain(nodeName, false)),
    ...validateStatus(object.status, FieldPath.of('status')),
  ];
}

function validateSource(source: storagev1.VolumeAttachmentSource, path: FieldPath): FieldError[] {
  const { inlineVolumeSpec, persistentVolumeName } = source;
  if (inlineVolumeSpec && persistentVolumeName !== undefined) return [forbidden(path, ONE_SOURCE)];
  if (inlineVolumeSpec) return validateInlineVolume(inlineVolumeSpec, path.child('inlineVolumeSpec'));
  if (persistentVolumeName === undefined) return [required(path, ONE_SOURCE)];
  return persistentVolumeName
    ? []
    : [required(path.child('persistentVolumeName'), 'must specify non empty persistentVolumeName')];
}

function validateStatus(status: storagev1.VolumeAttachmentStatus | undefined, path: FieldPath): FieldError[] {
  return [
    ...validateMetadataSize(status?.attachmentMetadata, path.child('attachmentMetadata')),
    ...validateVolumeError(status?.attachError, path.child('attachError')),
    ...validateVolumeError(status?.detachError, path.child('detachError')),
  ];
}

function validateMetadataSize(metadata: Readonly<Record<string, string>> | undefined, path: FieldPath): FieldError[] {
  const size = Object.entries(metadata ?? {}).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return size > MAX_METADATA_BYTES ? [tooLong(path, MAX_METADATA_BYTES)] : [];
}

/** The limit of a message is 1024 bytes, though upstream's error names that of the metadata. */
function validateVolumeError(error: storagev1.VolumeError | undefined, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (byteLength(error?.message ?? '') > MAX_MESSAGE_BYTES) errors.push(tooLong(path.child('message'), MAX_METADATA_BYTES));
  const code = error?.errorCode;
  if (code !== undefined && code < 0) {
    errors.push(invalid(path.child('errorCode'), code, 'must be between 0 and 2147483647, inclusive'));
  }
  return errors;
}
