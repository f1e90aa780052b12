import type { KubeObject } from '@typekube/apimachinery';
import type { ObjectList } from './support/api-client';
import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

interface Service extends KubeObject {
  readonly spec: { readonly clusterIP?: string; readonly ports?: readonly { readonly nodePort?: number }[] };
}

const scope = new Scope();
let server: ServerProcess;
beforeAll(async () => {
  server = await scope.server({ args: ['--advertise-address=192.0.2.7'] });
});

describe.each(KUBECTL_VERSIONS)('kubectl %s on services', (version) => {
  let kubectl: Kubectl;
  beforeEach(async () => {
    kubectl = new Kubectl(version, server, await scope.namespace(server));
  });

  it('creates each type', async () => {
    expect(await kubectl.ok(['create', 'service', 'clusterip', 'a', '--tcp=80:8080'])).toBe('service/a created\n');
    expect(await kubectl.ok(['create', 'service', 'nodeport', 'b', '--tcp=80'])).toBe('service/b created\n');
    expect(await kubectl.ok(['create', 'service', 'externalname', 'c', '--external-name=x.example'])).toBe('service/c created\n');
    expect(await kubectl.ok(['create', 'service', 'clusterip', 'd', '--clusterip=None'])).toBe('service/d created\n');
    expect(await kubectl.ok(['create', 'service', 'loadbalancer', 'e', '--tcp=80'])).toBe('service/e created\n');
    const lines = (await kubectl.ok(['get', 'svc', '--no-headers'])).trim().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^a +ClusterIP +10\.0\.0\.\d+ +<none> +80\/TCP +\d+s$/),
      expect.stringMatching(/^b +NodePort +10\.0\.0\.\d+ +<none> +80:3\d{4}\/TCP +\d+s$/),
      expect.stringMatching(/^c +ExternalName +<none> +x\.example +<none> +\d+s$/),
      expect.stringMatching(/^d +ClusterIP +None +<none> +<none> +\d+s$/),
      expect.stringMatching(/^e +LoadBalancer +10\.0\.0\.\d+ +<pending> +80:3\d{4}\/TCP +\d+s$/),
    ]);
  });

  it('exposes, changes the type and deletes', async () => {
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } };
    const spec = { selector: { matchLabels: { app: 'web' } }, template };
    await kubectl.send('create', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec });
    expect(await kubectl.ok(['expose', 'deployment', 'web', '--port=80'])).toBe('service/web exposed\n');
    const address = await kubectl.jsonpath('{.spec.clusterIP}', 'svc', 'web');
    expect(await kubectl.ok(['get', 'ipaddress', address])).toContain(`services/${kubectl.namespace}/web`);
    await kubectl.ok(['patch', 'svc', 'web', '-p', '{"spec":{"type":"NodePort"}}']);
    expect(await kubectl.jsonpath('{.spec.clusterIP} {.spec.ports[0].nodePort}', 'svc', 'web')).toMatch(new RegExp(`^${address} 3\\d{4}$`));
    await kubectl.ok(['patch', 'svc', 'web', '-p', '{"spec":{"type":"ExternalName","externalName":"x.example"}}']);
    expect(await kubectl.fails(['get', 'ipaddress', address])).toContain('not found');
    expect(await kubectl.ok(['delete', 'svc', 'web'])).toMatch(/^service "web" deleted/);
  });

  it('says why it cannot create', async () => {
    expect(await kubectl.fails(['create', 'service', 'clusterip', 'a', '--tcp=80', '--clusterip=10.0.0.1'])).toContain(
      'failed to allocate IP 10.0.0.1: provided IP is already allocated',
    );
    expect(await kubectl.fails(['create', 'service', 'nodeport', 'a', '--tcp=80', '--node-port=80'])).toContain(
      'provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
  });

  it('finds the service of the API', async () => {
    const described = await kubectl.in('default').ok(['describe', 'svc', 'kubernetes']);
    expect(described).toMatch(/^IP: +10\.0\.0\.1$/m);
    expect(described).toContain(`192.0.2.7:${server.port}`);
  });
});

it('holds what its services have, and nothing twice, when it is killed while they are made', async () => {
  const dataDir = scope.folder();
  let victim = await scope.server({ dataDir });
  for (let round = 0; round < 3; round += 1) {
    const create = async (i: number): Promise<unknown> => {
      const metadata = { name: `s-${round}-${i}` };
      return victim.client.post('/api/v1/namespaces/default/services', { metadata, spec: { type: 'NodePort', ports: [{ port: 80 }] } });
    };
    const writes = Array.from({ length: 40 }, (_, i) => create(i));
    await Promise.any(writes);
    const ended = Promise.allSettled(writes);
    await victim.kill();
    await ended;
    victim = await scope.server({ dataDir });
    await expectConsistent(victim);
  }
});

async function expectConsistent({ client }: ServerProcess): Promise<void> {
  const { items } = await client.get<ObjectList>('/api/v1/services');
  const services = items as Service[];
  const addresses = services.map(({ spec }) => spec.clusterIP);
  const ports = services.flatMap(({ spec }) => (spec.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []));
  expect([new Set(addresses).size, new Set(ports).size]).toEqual([services.length, services.length - 1]);
  const known = await client.get<ObjectList>('/apis/networking.k8s.io/v1/ipaddresses');
  expect(known.items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(addresses));
  const taken = { metadata: { name: 'one-more' }, spec: { type: 'NodePort', ports: [{ port: 80, nodePort: ports[0] }] } };
  const { status } = await client.send('POST', '/api/v1/namespaces/default/services', taken);
  expect(status).toBe(422);
}
