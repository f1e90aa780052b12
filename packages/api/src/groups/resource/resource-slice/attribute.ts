import { type FieldError, type FieldPath, invalid, tooLong } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { byteLength } from '../../../shared/text/text';

const MAX_VALUE_BYTES = 64;
const NUMBER = '(0|[1-9]\\d*)';
const PRERELEASE = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const BUILD = '[0-9a-zA-Z-]+';
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PRERELEASE}(\\.${PRERELEASE})*)?(\\+${BUILD}(\\.${BUILD})*)?$`,
);

const LISTS = ['bools', 'ints', 'strings', 'versions'] as const;
const KINDS = ['bool', 'int', 'string', 'version', ...LISTS] as const;

/** An attribute has one value of one type, or a list of such. */
export function validateDeviceAttribute(attribute: resourcev1.DeviceAttribute, path: FieldPath): FieldError[] {
  const { string, strings = [], version, versions = [] } = attribute;
  const errors = [
    ...(string === undefined ? [] : validateText(string, path.child('string'))),
    ...(version === undefined ? [] : validateVersion(version, path.child('version'))),
    ...LISTS.flatMap((list) => validateNotEmpty(attribute[list], path.child(list))),
    ...strings.flatMap((item, i) => validateText(item, path.child('strings').index(i))),
    ...versions.flatMap((item, i) => validateVersion(item, path.child('versions').index(i))),
  ];
  const values = KINDS.filter((kind) => attribute[kind] !== undefined).length;
  if (values === 1) return errors;
  return [...errors, invalid(path, values === 0 ? '' : attribute, 'exactly one value must be specified')];
}

/** How many values an attribute has, those of a list each. */
export function attributeValueCount(attribute: resourcev1.DeviceAttribute): number {
  const items = LISTS.reduce((sum, list) => sum + (attribute[list]?.length ?? 0), 0);
  return items || 1;
}

function validateNotEmpty(list: readonly unknown[] | undefined, path: FieldPath): FieldError[] {
  return list?.length === 0 ? [invalid(path, list, 'must not be empty if specified')] : [];
}

function validateText(text: string, path: FieldPath): FieldError[] {
  return byteLength(text) > MAX_VALUE_BYTES ? [tooLong(path, MAX_VALUE_BYTES)] : [];
}

function validateVersion(version: string, path: FieldPath): FieldError[] {
  const errors = SEMVER.test(version) ? [] : [invalid(path, version, 'must be a string compatible with semver.org spec 2.0.0')];
  return [...errors, ...validateText(version, path)];
}
