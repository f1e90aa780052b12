import { metricHash, serverIdentity } from './server-identity';

it("is made of the name of the host, as upstream's", () => {
  expect(serverIdentity('foo')).toBe('apiserver-fqtli23i77di76m3iu6b2mcbgq');
  expect(serverIdentity('node-1')).toBe('apiserver-gwlrxzxjxmbevckvql7a4qxaja');
  expect(serverIdentity()).toBe(serverIdentity());
});

it('is a hash in metrics, and nothing stays nothing', () => {
  expect(metricHash('foo')).toBe('sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae');
  expect(metricHash('')).toBe('');
});
