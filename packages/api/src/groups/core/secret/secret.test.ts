import { fieldErrorMessage } from '@typekube/apimachinery';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { mergeStringData } from './strategy';
import { validateSecret, validateSecretUpdate } from './validate';

type Fields = Partial<corev1.Secret>;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const secret = (fields: Fields): corev1.Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'a' },
  type: 'Opaque',
  ...fields,
});
const typed = (type: string, data: Record<string, string> = {}): Fields => ({ type: `kubernetes.io/${type}`, data });

describe('validateSecret', () => {
  it.each<[string, Fields, string[]]>([
    ['an opaque one', { data: { a: base64('x') } }, []],
    ['a bad key', { data: { 'a/b': '' } }, [expect.stringContaining('data[a/b]: Invalid value: "a/b": a valid config key must')]],
    [
      'a token without account',
      typed('service-account-token'),
      ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
    ],
    ['a dockercfg without key', typed('dockercfg'), ['data[.dockercfg]: Required value']],
    ['a dockerconfigjson', typed('dockerconfigjson', { '.dockerconfigjson': base64('{"auths":{}}') }), []],
    [
      'an empty dockerconfigjson',
      typed('dockerconfigjson', { '.dockerconfigjson': '' }),
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input'],
    ],
    [
      'a broken dockerconfigjson',
      typed('dockerconfigjson', { '.dockerconfigjson': base64('x') }),
      [
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character \'x\' looking for beginning of value',
      ],
    ],
    [
      'a list as dockercfg',
      typed('dockercfg', { '.dockercfg': base64('[]') }),
      [
        'data[.dockercfg]: Invalid value: "<secret contents redacted>": ' +
          'json: cannot unmarshal array into Go value of type map[string]interface {}',
      ],
    ],
    ['basic auth with a user', typed('basic-auth', { username: '' }), []],
    ['basic auth with nothing', typed('basic-auth'), ['data[username]: Required value', 'data[password]: Required value']],
    ['ssh auth with an empty key', typed('ssh-auth', { 'ssh-privatekey': '' }), ['data[ssh-privatekey]: Required value']],
    ['tls with a certificate only', typed('tls', { 'tls.crt': '' }), ['data[tls.key]: Required value']],
    ['an unknown type', typed('other'), []],
    [
      'more than a mebibyte',
      { data: { a: base64('x'.repeat(1024 * 1024 + 1)) } },
      ['data: Too long: may not be more than 1048576 bytes'],
    ],
  ])('of %s', (_, fields, errors) => {
    expect(validateSecret(secret(fields)).map(fieldErrorMessage)).toEqual(errors);
  });
});

describe('validateSecretUpdate', () => {
  it('keeps the type', () => {
    const errors = validateSecretUpdate(secret({ type: 'x' }), secret({ type: 'y' }));
    expect(errors.map(fieldErrorMessage)).toEqual(['type: Invalid value: "x": field is immutable']);
  });

  it('keeps the data of an immutable secret', () => {
    const errors = validateSecretUpdate(secret({ data: { a: '' }, immutable: true }), secret({ immutable: true }));
    expect(errors.map(fieldErrorMessage)).toEqual(['data: Forbidden: field is immutable when `immutable` is set']);
  });
});

describe('a secret that is written', () => {
  it('is opaque by default', () => {
    const object = secret({ type: undefined });
    setDefaults(object);
    expect(object.type).toBe('Opaque');
  });

  it('has its texts merged into the data', () => {
    const object = secret({ data: { a: base64('1'), b: base64('2') }, stringData: { b: 'é', c: '' } });
    mergeStringData(object);
    expect(object.data).toEqual({ a: base64('1'), b: base64('é'), c: '' });
    expect(object).not.toHaveProperty('stringData');
  });
});
