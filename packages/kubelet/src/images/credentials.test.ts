import { credentialsFor } from './credentials';

const secretWith = (...servers: string[]): Record<string, Buffer> => ({
  '.dockerconfigjson': Buffer.from(JSON.stringify({ auths: Object.fromEntries(servers.map((server) => [server, { username: server, password: 'p' }])) })),
});

it.each([
  ['registry.io/app', ['registry.io', 'other.io'], ['registry.io']],
  ['registry.io/app', ['https://registry.io/v2/'], ['https://registry.io/v2/']],
  ['registry.io/team/app:1', ['registry.io/team', 'registry.io', 'registry.io/other'], ['registry.io/team', 'registry.io']],
  ['registry.io:5000/app', ['registry.io', 'registry.io:5000'], ['registry.io:5000']],
  ['eu.registry.io/app', ['*.registry.io', 'registry.io', '*.io', 'e*u.registry.*'], ['e*u.registry.*', '*.registry.io']],
  ['busybox', ['https://index.docker.io/v1/'], ['https://index.docker.io/v1/']],
  ['quay.io/app', ['https://index.docker.io/v1/'], []],
])('for %s of %j: %j', (image, servers, expected) => {
  expect(credentialsFor(image, [secretWith(...servers)]).map(({ username }) => username)).toEqual(expected);
});

it('are of all secrets, also where several are for one registry', () => {
  const legacy = { '.dockercfg': Buffer.from(JSON.stringify({ 'registry.io': { auth: Buffer.from('me:a:b').toString('base64') } })) };
  const found = credentialsFor('registry.io/app', [secretWith('registry.io'), legacy]);
  expect(found).toMatchObject([
    { username: 'registry.io', password: 'p' },
    { username: 'me', password: 'a:b' },
  ]);
});

it('cannot be had of a secret that is damaged', () => {
  expect(() => credentialsFor('registry.io/app', [{ '.dockerconfigjson': Buffer.from('{') }])).toThrow(SyntaxError);
});
