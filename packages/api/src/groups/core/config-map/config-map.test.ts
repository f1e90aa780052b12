import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { validateConfigMap, validateConfigMapUpdate } from './validate';

type Fields = Partial<corev1.ConfigMap>;
const configMap = (fields: Fields): corev1.ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a' },
  ...fields,
});

describe('validateConfigMap', () => {
  it.each<[string, Fields, string[]]>([
    ['nothing', {}, []],
    ['good keys', { data: { 'a.b_c-d': 'x' }, binaryData: { e: 'AA==' } }, []],
    ['a key of two dots', { data: { '..': 'x' } }, ['data[..]: Invalid value: "..": must not be \'..\'']],
    [
      'a key twice',
      { data: { a: 'x' }, binaryData: { a: 'AA==' } },
      ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
    ],
    ['a mebibyte', { data: { a: 'x'.repeat(1024 * 1024) } }, []],
    [
      'more than a mebibyte',
      { data: { a: 'x'.repeat(1024 * 1024) }, binaryData: { b: 'AA==' } },
      [': Too long: may not be more than 1048576 bytes'],
    ],
  ])('of %s', (_, fields, errors) => {
    expect(validateConfigMap(configMap(fields)).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('validateConfigMapUpdate', () => {
  const IMMUTABLE = 'Forbidden: field is immutable when `immutable` is set';
  it.each<[string, Fields, Fields, string[]]>([
    ['of a mutable one', { data: { a: '1' } }, { data: { a: '2' }, immutable: true }, []],
    ['that makes it mutable again', { immutable: true }, {}, [`immutable: ${IMMUTABLE}`]],
    ['of data', { immutable: true, data: { a: '1' } }, { immutable: true, data: { a: '2' } }, [`data: ${IMMUTABLE}`]],
    ['of binary data', { immutable: true }, { immutable: true, binaryData: { a: 'AA==' } }, [`binaryData: ${IMMUTABLE}`]],
  ])('%s', (_, old, updated, errors) => {
    expect(validateConfigMapUpdate(configMap(updated), configMap(old)).map(fieldErrorMessage)).toEqual(errors);
  });
});
