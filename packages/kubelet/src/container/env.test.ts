import type { Container, PodSpec } from '../objects';
import { podOf } from '../testing/objects';
import { environmentOf, type EnvironmentInput, hostnameOf, kernelHostnameOf } from './env';
import { expand } from './expand';
import { serviceVariables, servicesFor } from './service-env';

const SOURCES: EnvironmentInput['sources'] = {
  configMap: async (_, name) => (name === 'map' ? { KEY: 'from-map', OTHER: '2' } : undefined),
  secret: async (_, name) => (name === 'secret' ? { PASSWORD: Buffer.from('hush') } : undefined),
};

function environment(container: Partial<Container>, changes: Partial<EnvironmentInput> = {}): Promise<Record<string, string>> {
  const input: EnvironmentInput = {
    pod: {
      ...podOf(['a'], { nodeName: 'n1', serviceAccountName: 'robot' }),
      metadata: { name: 'web', namespace: 'ns', uid: 'u', labels: { app: 'x', tier: 'y' } },
    },
    container: { name: 'a', ...container },
    sources: SOURCES,
    services: [{ name: 'DB_SERVICE_HOST', value: '10.0.0.9' }],
    addresses: { podIps: ['10.1.1.1', 'fd00::1'], hostIps: ['192.168.0.1'] },
    allocatable: { cpu: '4', memory: '1Gi' },
    ...changes,
  };
  return environmentOf(input).then((variables) => Object.fromEntries(variables.map(({ name, value }) => [name, value])));
}

it.each([
  ['$(A)', 'one'],
  ['$$(A)', '$(A)'],
  ['$(NOPE) $(A)', '$(NOPE) one'],
  ['$A $ $(', '$A $ $('],
  ['$$$(A)', '$one'],
])('expands %s', (text, expected) => {
  expect(expand(text, (name) => (name === 'A' ? 'one' : undefined))).toBe(expected);
});

describe('environmentOf', () => {
  it('takes everything in order, with variables of what came before', async () => {
    expect(
      await environment({
        envFrom: [
          { configMapRef: { name: 'map' }, prefix: 'P_' },
          { secretRef: { name: 'secret' } },
          { configMapRef: { name: 'none', optional: true } },
        ],
        env: [
          { name: 'FIRST', value: '$(P_KEY) at $(DB_SERVICE_HOST) $(LATER)' },
          { name: 'LATER', value: 'x' },
          { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'secret', key: 'PASSWORD' } } },
          { name: 'MISSING', valueFrom: { configMapKeyRef: { name: 'map', key: 'NONE', optional: true } } },
        ],
      }),
    ).toEqual({
      P_KEY: 'from-map',
      P_OTHER: '2',
      PASSWORD: 'hush',
      FIRST: 'from-map at 10.0.0.9 $(LATER)',
      LATER: 'x',
      SECRET: 'hush',
      DB_SERVICE_HOST: '10.0.0.9',
    });
  });

  it.each([
    ['metadata.name', 'web'],
    ['metadata.namespace', 'ns'],
    ["metadata.labels['app']", 'x'],
    ['spec.nodeName', 'n1'],
    ['spec.serviceAccountName', 'robot'],
    ['status.podIP', '10.1.1.1'],
    ['status.podIPs', '10.1.1.1,fd00::1'],
    ['status.hostIP', '192.168.0.1'],
  ])('field %s', async (fieldPath, expected) => {
    expect(await environment({ env: [{ name: 'X', valueFrom: { fieldRef: { fieldPath } } }] })).toMatchObject({ X: expected });
  });

  it.each([
    ['limits.cpu', undefined, {}, '4'],
    ['limits.memory', '1Mi', { limits: { memory: '64Mi' } }, '64'],
    ['limits.memory', '1Mi', {}, '1024'],
    ['requests.cpu', '1m', { requests: { cpu: '250m' } }, '250'],
    ['requests.cpu', undefined, { requests: { cpu: '250m' } }, '1'],
    ['requests.memory', undefined, {}, '0'],
  ])('resource %s over %s', async (resource, divisor, resources, expected) => {
    const container = {
      resources,
      env: [{ name: 'X', valueFrom: { resourceFieldRef: { resource, ...(divisor && { divisor }) } } }],
    };
    expect(await environment(container)).toMatchObject({ X: expected });
  });

  it.each<[Partial<Container>, string]>([
    [{ envFrom: [{ configMapRef: { name: 'none' } }] }, 'configmap "none" not found'],
    [{ env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'none', key: 'k' } } }] }, 'secret "none" not found'],
    [
      { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'map', key: 'k' } } }] },
      "couldn't find key k in ConfigMap ns/map",
    ],
  ])('fails: %j', async (container, message) => {
    await expect(environment(container)).rejects.toThrow(message);
  });
});

it('tells of services as Docker links did', () => {
  const service = {
    apiVersion: 'v1' as const,
    kind: 'Service' as const,
    metadata: { name: 'my-db', namespace: 'ns' },
    spec: { clusterIP: '10.0.0.9', ports: [{ name: 'sql', port: 5432 }] },
  };
  expect(serviceVariables([service]).map(({ name, value }) => `${name}=${value}`)).toEqual([
    'MY_DB_SERVICE_HOST=10.0.0.9',
    'MY_DB_SERVICE_PORT=5432',
    'MY_DB_SERVICE_PORT_SQL=5432',
    'MY_DB_PORT=tcp://10.0.0.9:5432',
    'MY_DB_PORT_5432_TCP=tcp://10.0.0.9:5432',
    'MY_DB_PORT_5432_TCP_PROTO=tcp',
    'MY_DB_PORT_5432_TCP_PORT=5432',
    'MY_DB_PORT_5432_TCP_ADDR=10.0.0.9',
  ]);
  expect(serviceVariables([{ ...service, spec: { ...service.spec, clusterIP: 'None' } }])).toEqual([]);
  const kubernetes = { ...service, metadata: { name: 'kubernetes', namespace: 'default' } };
  expect(servicesFor([kubernetes, service], 'ns', false)).toEqual([kubernetes]);
  expect(servicesFor([kubernetes, service], 'ns', true)).toEqual([kubernetes, service]);
});

it('cuts host names at 63 letters', () => {
  const name = `${'a'.repeat(62)}-${'b'.repeat(20)}`;
  expect(hostnameOf({ ...podOf([]), metadata: { name } })).toBe('a'.repeat(62));
});

it.each<[string, Partial<PodSpec>, string]>([
  ['nothing', {}, 'web'],
  ['a name and a subdomain', { hostname: 'h', subdomain: 's' }, 'h'],
  ['the full name, but no subdomain', { hostname: 'h', setHostnameAsFQDN: true }, 'h'],
  ['the full name', { hostname: 'h', subdomain: 's', setHostnameAsFQDN: true }, 'h.s.default.svc.cluster.local'],
])('gives a pod that asks for %s its host name', (_, spec, expected) => {
  expect(kernelHostnameOf(podOf([], spec), 'cluster.local')).toBe(expected);
});

it('refuses a full name that Linux would not take', () => {
  const spec = { hostname: 'h'.repeat(40), subdomain: 's', setHostnameAsFQDN: true };
  expect(() => kernelHostnameOf(podOf([], spec), 'cluster.local')).toThrow(/is too long \(64 characters is the max, 68 characters requested\)$/);
});
