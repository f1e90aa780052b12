import { parseKubeconfig } from './parse';
import { type KubeconfigOverrides, resolveKubeconfig } from './resolve';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A kubeconfig of one cluster and one user, with the fields given. */
const config = (cluster: object, user: object, current = 'here'): string =>
  JSON.stringify({
    'current-context': current,
    clusters: [
      { name: 'c', cluster: { server: 'https://one:6443/', ...cluster } },
      { name: 'd', cluster: { server: 'other:8080' } },
    ],
    users: [
      { name: 'u', user },
      { name: 'w', user: { token: 'w' } },
    ],
    contexts: [
      { name: 'here', context: { cluster: 'c', user: 'u', namespace: 'shop' } },
      { name: 'there', context: { cluster: 'd', user: 'w' } },
      { name: 'broken', context: { cluster: 'nope', user: 'u' } },
      { name: 'nobody', context: { cluster: 'c', user: 'nope' } },
    ],
  });

const resolve = (text: string, overrides?: KubeconfigOverrides) => resolveKubeconfig(parseKubeconfig(text), overrides);

it.each<[string, object, object, KubeconfigOverrides, object]>([
  [
    'the current context',
    {},
    { token: 't' },
    {},
    { server: 'https://one:6443', namespace: 'shop', auth: { type: 'token', token: 't' } },
  ],
  [
    'another context',
    {},
    {},
    { context: 'there' },
    { server: 'http://other:8080', namespace: 'default', auth: { type: 'token', token: 'w' } },
  ],
  ['another user and namespace', {}, {}, { user: 'w', namespace: 'x' }, { namespace: 'x', auth: { type: 'token', token: 'w' } }],
  ['another cluster', {}, {}, { cluster: 'd' }, { server: 'http://other:8080' }],
  [
    'another server and token',
    {},
    { username: 'a', password: 'b' },
    { server: 'https://s', token: 'z' },
    { server: 'https://s', auth: { type: 'token', token: 'z' } },
  ],
  ['data before files', { 'certificate-authority-data': base64('CA') }, {}, {}, { tls: { insecure: false, ca: { data: 'CA' } } }],
  [
    'an insecure server',
    { 'insecure-skip-tls-verify': true, 'certificate-authority-data': base64('CA') },
    {},
    {},
    { tls: { insecure: true } },
  ],
  ['a name for TLS', { 'tls-server-name': 'kubernetes' }, {}, {}, { tls: { insecure: false, serverName: 'kubernetes' } }],
  ['a password', {}, { username: 'a', password: 'b' }, {}, { auth: { type: 'basic', username: 'a', password: 'b' } }],
  ['a token file before a token', {}, { token: 't', tokenFile: '/t' }, {}, { auth: { type: 'token-file', file: '/t' } }],
  [
    'impersonation',
    {},
    { as: 'jane', 'as-groups': ['g'], 'as-user-extra': { k: ['v'] } },
    {},
    { impersonate: { user: 'jane', uid: '', groups: ['g'], extra: { k: ['v'] } } },
  ],
  [
    'a client certificate',
    {},
    { 'client-certificate-data': base64('CRT'), 'client-key-data': base64('KEY') },
    {},
    { tls: { certificate: { data: 'CRT' }, key: { data: 'KEY' } } },
  ],
])('resolves %s', async (_, cluster, user, overrides, expected) => {
  expect(await resolve(config(cluster, user), overrides)).toMatchObject(expected);
});

const exec = { command: 'get', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' };

it.each<[string, object, object, KubeconfigOverrides]>([
  ['context "x" does not exist', {}, {}, { context: 'x' }],
  ['cluster "nope" does not exist', {}, {}, { context: 'broken' }],
  ['auth info "nope" does not exist', {}, {}, { context: 'nobody' }],
  ['invalid configuration: no server found for cluster "c"', { server: '' }, {}, {}],
  [
    'invalid configuration: more than one authentication method found for u; found [token basicAuth], only one is allowed',
    {},
    { token: 't', username: 'a' },
    {},
  ],
  [
    'client-key-data or client-key must be specified for u to use the clientCert authentication method.',
    {},
    { 'client-certificate-data': 'x' },
    {},
  ],
  [
    'unable to read client-cert /nope for u due to open /nope: no such file or directory',
    {},
    { 'client-certificate': '/nope', 'client-key-data': 'x' },
    {},
  ],
  [
    'unable to read certificate-authority /nope for c due to open /nope: no such file or directory',
    { 'certificate-authority': '/nope' },
    {},
    {},
  ],
  ['invalid \'proxy-url\' "socks5://p" for cluster "c": proxies are not supported', { 'proxy-url': 'socks5://p' }, {}, {}],
  ['requesting uid, groups or user-extra for u without impersonating a user', {}, { 'as-groups': ['g'] }, {}],
  ['command must be specified for u to use exec authentication plugin', {}, { exec: { ...exec, command: '' } }, {}],
  [
    'interactiveMode must be specified for u to use exec authentication plugin',
    {},
    { exec: { ...exec, interactiveMode: '' } },
    {},
  ],
  ['invalid interactiveMode for u: "Often"', {}, { exec: { ...exec, interactiveMode: 'Often' } }, {}],
  ['invalid configuration: [client-key-data or client-key', {}, { 'client-certificate-data': 'x', 'as-uid': '1' }, {}],
  ['host must be a URL or a host:port pair: "ftp://x"', { server: 'ftp://x' }, {}, {}],
])('refuses: %s', async (message, cluster, user, overrides) => {
  await expect(resolve(config(cluster, user), overrides)).rejects.toThrow(message);
});

it('says so where there is nothing, or the current context is not there', async () => {
  const nothing = 'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable';
  await expect(resolve('')).rejects.toThrow(nothing);
  await expect(resolve(config({}, {}, 'gone'))).rejects.toThrow('context was not found for specified context: gone');
});
