import { identityHeaders, isIdentityHeader } from './identity-headers';

it('names the user, its groups and what else is known of it', () => {
  const user = { name: 'jane', uid: '1', groups: ['a', 'b'], extra: { 'acme.com/project': ['x', 'y'], 'ü%': ['z'] } };
  expect(identityHeaders(user)).toEqual({
    'x-remote-user': ['jane'],
    'x-remote-uid': ['1'],
    'x-remote-group': ['a', 'b'],
    'x-remote-extra-acme.com%2Fproject': ['x', 'y'],
    'x-remote-extra-%C3%BC%25': ['z'],
  });
});

it('leaves out what there is none of, and sends names as UTF-8', () => {
  const { 'x-remote-user': [name = ''] = [], ...others } = identityHeaders({ name: 'jürgen', groups: [] });
  expect(Buffer.from(name, 'latin1').toString('utf8')).toBe('jürgen');
  expect(others).toEqual({});
});

it.each<[string, boolean]>([
  ['x-remote-user', true],
  ['x-remote-extra-a', true],
  ['x-remote-address', false],
])('%s is one: %s', (name, expected) => {
  expect(isIdentityHeader(name)).toBe(expected);
});
