import { FieldPath, type FieldError, duplicate, invalid, isQualifiedName, required } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { validateCsiDriverName } from '../../../shared/csi/driver-name';
import { invalidEach, validateImmutable, validateNonnegativeField } from '../../../shared/fields/field-rules';
import { byteLength } from '../../../shared/text/text';

const MAX_NODE_ID = 256;

/** The rules of a CSINode: each driver once, with the id it knows the node by. */
export function validateCsiNode(object: storagev1.CSINode): FieldError[] {
  const path = FieldPath.of('spec', 'drivers');
  const names = new Set<string>();
  return (object.spec?.drivers ?? []).flatMap((driver, i) => validateDriver(driver, path.index(i), names));
}

/** The rules of a changed CSINode: a driver that stays keeps all but its volume limit. */
export function validateCsiNodeUpdate(object: storagev1.CSINode, old: storagev1.CSINode): FieldError[] {
  const path = FieldPath.of('spec', 'drivers');
  const present = object.spec?.drivers ?? [];
  const changed = (old.spec?.drivers ?? []).flatMap((before) =>
    present
      .filter(({ name }) => name === before.name)
      .flatMap((driver) => validateImmutable(withoutAllocatable(driver), withoutAllocatable(before), path)),
  );
  return [...validateCsiNode(object), ...changed];
}

function withoutAllocatable(driver: storagev1.CSINodeDriver): Omit<storagev1.CSINodeDriver, 'allocatable'> {
  const { allocatable: _, ...rest } = driver;
  return rest;
}

function validateDriver(driver: storagev1.CSINodeDriver, path: FieldPath, names: Set<string>): FieldError[] {
  const errors = [
    ...validateCsiDriverName(driver.name, path.child('name')),
    ...validateNodeId(driver.nodeID, path.child('nodeID')),
  ];
  const count = driver.allocatable?.count;
  if (count !== undefined) errors.push(...validateNonnegativeField(count, path.child('allocatable', 'count')));
  if (names.has(driver.name)) errors.push(duplicate(path.child('name'), driver.name));
  names.add(driver.name);
  return [...errors, ...validateTopologyKeys(driver.topologyKeys ?? [], path)];
}

function validateNodeId(id: string | undefined, path: FieldPath): FieldError[] {
  if (!id) return [required(path)];
  return byteLength(id) > MAX_NODE_ID ? [invalid(path, id, `must be ${MAX_NODE_ID} characters or less`)] : [];
}

function validateTopologyKeys(keys: readonly string[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return keys.flatMap((key) => {
    const errors = key === '' ? [required(path)] : [];
    if (seen.has(key)) errors.push(duplicate(path, key));
    seen.add(key);
    return [...errors, ...invalidEach(path, key, isQualifiedName(key))];
  });
}
