import { NOW } from '../testing/workloads';
import { detachedSignature, signed } from './sign';
import { type Secret, signingToken, untilExpiration } from './token-secret';

const TOKEN = { id: 'abcdef', secret: '0123456789abcdef' };

interface Fields {
  readonly name?: string;
  readonly namespace?: string;
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

function secretOf({ name = 'bootstrap-token-abcdef', namespace = 'kube-system', type = 'bootstrap.kubernetes.io/token', data = {} }: Fields): Secret {
  const all = { 'token-id': TOKEN.id, 'token-secret': TOKEN.secret, 'usage-bootstrap-signing': 'true', ...data };
  const encoded = Object.entries(all).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const);
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type, data: Object.fromEntries(encoded) };
}

it.each<[string, Fields, boolean]>([
  ['a token', {}, true],
  ['one that will expire', { data: { expiration: '2026-01-01T00:00:01Z' } }, true],
  ['one that has expired', { data: { expiration: '2026-01-01T00:00:00Z' } }, false],
  ['one that expires at no time', { data: { expiration: '2027' } }, false],
  ['one of another use', { data: { 'usage-bootstrap-signing': 'yes' } }, false],
  ['one whose name is of another', { name: 'bootstrap-token-other' }, false],
  ['one without an id', { name: 'bootstrap-token-', data: { 'token-id': '' } }, false],
  ['one without a secret', { data: { 'token-secret': '' } }, false],
  ['a secret of another type', { type: 'Opaque' }, false],
  ['one of another namespace', { namespace: 'default' }, false],
])('tells whether to sign with %s', (_, fields, expected) => {
  expect(signingToken(secretOf(fields), NOW)).toEqual(expected ? TOKEN : undefined);
});

it.each([
  ['', undefined],
  ['2026-01-01T00:00:10Z', 10_000],
  ['2026-01-01T02:00:00+02:00', 0],
  ['2025-12-31T23:59:59Z', -1000],
  ['soon', 0],
])('a token that expires at "%s"', (expiration, expected) => {
  expect(untilExpiration(secretOf({ data: { expiration } }), NOW)).toBe(expected);
});

it.each([
  ['Hello from the other side. I must have called a thousand times.', 'VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8'],
  ['', '7Ui1ALizW4jXphVUB7xUqC9vLYLL9RZeOFfVLoB7Tgk'],
])('signs "%s" as upstream does', (content, signature) => {
  const sealed = detachedSignature(content, { id: 'joshua', secret: 'my voice is my passcode' });
  expect(sealed).toBe(`eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..${signature}`);
});

describe('signed', () => {
  const signature = detachedSignature('config', TOKEN);

  it.each([
    ['adds signatures', { kubeconfig: 'config' }, [TOKEN], { kubeconfig: 'config', 'jws-kubeconfig-abcdef': signature }],
    ['replaces wrong ones', { kubeconfig: 'config', 'jws-kubeconfig-abcdef': 'x' }, [TOKEN], { kubeconfig: 'config', 'jws-kubeconfig-abcdef': signature }],
    ['takes away those of tokens that are gone, and nothing else', { kubeconfig: 'config', 'jws-kubeconfig-gone': 'x', note: 'y' }, [], { kubeconfig: 'config', note: 'y' }],
    ['has nothing to sign without a kubeconfig', { 'jws-kubeconfig-abcdef': 'x' }, [TOKEN], undefined],
  ])('%s', (_, data, tokens, expected) => {
    expect(signed(data, tokens)).toEqual(expected);
  });
});
