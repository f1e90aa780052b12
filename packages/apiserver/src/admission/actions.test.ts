import { TestServer } from '../testing';
import type { AdmissionAttributes, AdmissionPlugin } from './admission';
import { namespaceLifecycle } from './plugins/namespace-lifecycle';

const PODS = '/api/v1/namespaces/default/pods';
const GROUP = '/apis/certificates.k8s.io/v1/certificatesigningrequests';

/** Notes what passes: `OPERATION resource/subresource Kind (Kind before)`. */
function recorder(seen: string[]): AdmissionPlugin {
  const text = ({ operation, resource, subresource, object, oldObject, dryRun }: AdmissionAttributes): string =>
    [operation, resource.definition.plural + (subresource && `/${subresource}`), object?.kind, oldObject && `before ${oldObject.kind}`, dryRun && 'dry']
      .filter(Boolean)
      .join(' ');
  return { name: 'recorder', handles: () => true, admit: (attributes) => void seen.push(text(attributes)) };
}

async function start(seen: string[]): Promise<TestServer> {
  const server = await TestServer.start({ admission: (dependencies) => [namespaceLifecycle(dependencies), recorder(seen)] });
  await server.request('POST', PODS, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
  seen.length = 0;
  return server;
}

it.each<[string, string, string, unknown, string[]]>([
  ['an update', 'PUT', `${PODS}/p`, undefined, ['UPDATE pods Pod before Pod']],
  ['a dry run', 'DELETE', `${PODS}/p?dryRun=All`, undefined, ['DELETE pods before Pod dry']],
  ['a collection that is deleted', 'DELETE', PODS, undefined, ['DELETE pods before Pod']],
  ['a binding', 'POST', `${PODS}/p/binding`, { target: { kind: 'Node', name: 'n' } }, ['CREATE pods/binding Binding']],
  [
    'a binding of the old way',
    'POST',
    '/api/v1/namespaces/default/bindings',
    { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } },
    ['CREATE bindings Binding'],
  ],
  ['an eviction', 'POST', `${PODS}/p/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } }, ['CREATE pods/eviction Eviction']],
])('admits %s as what it is, once', async (_what, method, path, body, expected) => {
  const seen: string[] = [];
  await using server = await start(seen);
  const given = method === 'PUT' ? (await server.request('GET', path)).body : body;
  const { status } = await server.request(method, path, given);
  expect(status).toBeLessThan(300);
  expect(seen).toEqual(expected);
});

it('admits a status as such', async () => {
  const seen: string[] = [];
  await using server = await start(seen);
  await server.patch(`${PODS}/p/status`, 'merge', { status: { message: 'x' } });
  expect(seen).toEqual(['UPDATE pods/status Pod before Pod']);
});

it('admits no connection that it refuses', async () => {
  const refusing: AdmissionPlugin = {
    name: 'refusing',
    handles: ({ operation, subresource }) => operation === 'CONNECT' && subresource === 'exec',
    validate({ object }) {
      throw new Error(JSON.stringify(object));
    },
  };
  await using server = await TestServer.start({ admission: () => [refusing] });
  const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  const { status } = await server.request('GET', `${PODS}/p/exec?command=ls&command=-l&stdout=true`, undefined, headers);
  expect(status).toBe(500);
  const error = server.errors[0]?.error as Error;
  expect(JSON.parse(error.message)).toMatchObject({ kind: 'PodExecOptions', command: ['ls', '-l'], stdout: true });
});

it('judges a request for a certificate by its signature and by how long it shall last', async () => {
  await using server = await TestServer.start();
  const { body } = await server.request('POST', GROUP, {
    metadata: { name: 'r' },
    spec: { request: 'eA==', signerName: 'example.com/s', usages: ['client auth'], username: 'other', groups: ['system:masters'], expirationSeconds: 10 },
  });
  const fields = (body.details?.causes ?? []).map(({ field }) => field);
  expect(fields).toEqual(['spec.request', 'spec.expirationSeconds']);
});
