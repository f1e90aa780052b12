import type { corev1 } from '@typekube/api';
import { completed, isOf } from './plan-secret';

const account: corev1.ServiceAccount = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'ns', name: 'a', uid: 'u' } };
const wanted = { authority: 'CA', makeToken: () => Promise.resolve('new') };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function secret(annotations: Record<string, string>, data: Record<string, string> = {}): corev1.Secret {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'ns', name: 's', annotations }, data: encoded };
}

const name = 'kubernetes.io/service-account.name';
const uid = 'kubernetes.io/service-account.uid';

it.each([
  [{ [name]: 'a' }, true],
  [{ [name]: 'a', [uid]: 'u' }, true],
  [{ [name]: 'a', [uid]: 'old' }, false],
  [{ [name]: 'b' }, false],
])('a secret with %j is of the account: %s', (annotations, expected) => {
  expect(isOf(secret(annotations), account)).toBe(expected);
});

describe('what a secret lacks', () => {
  const whole = { 'ca.crt': 'CA', namespace: 'ns', token: 'kept' };

  it.each<[what: string, secret: corev1.Secret, data: Record<string, string>]>([
    ['all of it', secret({ [name]: 'a' }), { 'ca.crt': 'CA', namespace: 'ns', token: 'new' }],
    ['the token', secret({ [name]: 'a' }, { ...whole, token: '' }), { ...whole, token: 'new' }],
    ['the right authority', secret({ [name]: 'a', [uid]: 'u' }, { ...whole, 'ca.crt': 'old' }), whole],
    ['the uid', secret({ [name]: 'a' }, { ...whole, other: 'x' }), { ...whole, other: 'x' }],
  ])('%s', async (_what, given, data) => {
    expect(await completed(given, account, wanted)).toMatchObject(secret({ [name]: 'a', [uid]: 'u' }, data));
  });

  it('nothing', async () => {
    expect(await completed(secret({ [name]: 'a', [uid]: 'u' }, whole), account, wanted)).toBeUndefined();
    expect(await completed(secret({ [name]: 'a', [uid]: 'u' }, { ...whole, 'ca.crt': 'x' }), account, { ...wanted, authority: undefined })).toBeUndefined();
  });
});
