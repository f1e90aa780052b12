import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  isDNS1123Label,
  nameIsDNSSubdomain,
  required,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing } from '../fields/field-rules';
import { SOURCES, type VolumeContext } from './volume-sources';

/** The volumes of a pod: named uniquely, each with exactly one valid source. */
export function validateVolumes(volumes: readonly corev1.Volume[], path: FieldPath, context: VolumeContext): FieldError[] {
  const seen = new Set<string>();
  return volumes.flatMap((volume, position) => {
    const at = path.index(position);
    const errors = validateVolumeSource(volume, at, context);
    const nameErrors = validateVolumeName(volume.name, at.child('name'), seen);
    if (nameErrors.length === 0) seen.add(volume.name);
    return [...errors, ...nameErrors];
  });
}

function validateVolumeName(name: string, path: FieldPath, seen: ReadonlySet<string>): FieldError[] {
  if (isMissing(name)) return [required(path)];
  const errors = invalidEach(path, name, isDNS1123Label(name));
  if (seen.has(name)) errors.push(duplicate(path, name));
  return errors;
}

const MORE_THAN_ONE = 'may not specify more than 1 volume type';

function validateVolumeSource(volume: corev1.Volume, path: FieldPath, context: VolumeContext): FieldError[] {
  const errors: FieldError[] = [];
  let sources = 0;
  for (const source of SOURCES) {
    const check = source.check(volume, context);
    if (!check) continue;
    sources++;
    errors.push(
      ...(sources === 1 || source.repeatable
        ? check(path.child(source.path))
        : [forbidden(path.child(source.field), MORE_THAN_ONE)]),
    );
  }
  if (sources === 0) errors.push(required(path, 'must specify a volume type'));
  return [...errors, ...validateNamesMadeOfVolume(volume, path, context)];
}

const TARGET_TOO_LONG =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

/** Names that are built from the volume's own must be valid too. */
function validateNamesMadeOfVolume(volume: corev1.Volume, path: FieldPath, { podName }: VolumeContext): FieldError[] {
  const errors: FieldError[] = [];
  const { name, iscsi, ephemeral } = volume;
  if (iscsi?.initiatorName !== undefined && `${name}:${iscsi.targetPortal}`.length > 64) {
    errors.push(invalid(path.child('name'), name, TARGET_TOO_LONG));
  }
  if (ephemeral && !isMissing(podName) && !isMissing(name)) {
    const claim = `${podName}-${name}`;
    const messages = nameIsDNSSubdomain(claim, false).map((message) => `PVC name ${JSON.stringify(claim)}: ${message}`);
    errors.push(...invalidEach(path.child('name'), name, messages));
  }
  return errors;
}
