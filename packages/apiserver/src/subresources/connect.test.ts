import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createCertificateAuthority, createServingCertificate } from '@typekube/component-base';
import type { KubeObject } from '@typekube/apimachinery';
import { Auditor } from '../audit/auditor';
import type { AuditBackend } from '../audit/backend';
import { parsePolicy } from '../audit/policy';
import { TestServer } from '../testing';
import { connectionOf, readOptions } from './connect-options';

const POD = '/api/v1/namespaces/default/pods/p';
const UPGRADE = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };

describe('options of connections', () => {
  it.each<[string, object, string]>([
    ['command=ls&command=-l&stdout=true&stdin=false&tty=0', { command: ['ls', '-l'], stdout: true }, 'output=1&command=ls&command=-l'],
    // Whatever is not said to be false is true to Go: a plugin must not be told otherwise than the kubelet.
    ['command=sh&stdin=True&tty=yes&stderr=', { command: ['sh'], stdin: true, tty: true, stderr: true }, 'input=1&error=1&tty=1&command=sh'],
    // The kubelet's own words mean nothing here.
    ['command=sh&input=1&output=1&error=1&port=22&extra=x', { command: ['sh'] }, 'command=sh'],
  ])('are read from %s as upstream reads them', (query, fields, kubelet) => {
    const options = readOptions('PodExecOptions', new URLSearchParams(query));
    expect(options).toEqual({ ...fields, apiVersion: 'v1', kind: 'PodExecOptions', metadata: {} });
    expect(connectionOf({ ...options }).kubeletQuery.toString()).toBe(kubelet);
  });

  it('name ports, which are numbers', () => {
    const { kubeletQuery } = connectionOf({ ...readOptions('PodPortForwardOptions', new URLSearchParams('ports=80,443&ports=22')) });
    expect(kubeletQuery.toString()).toBe('port=80%2C443%2C22');
    expect(() => readOptions('PodPortForwardOptions', new URLSearchParams('ports=ssh'))).toThrow('parsing "ssh": invalid syntax');
  });
});

describe('connections', () => {
  let server: TestServer;
  let kubelet: Server;
  let asked: string | undefined;
  let seen: KubeObject | undefined;
  let change: (options: KubeObject) => void;
  const events: { stage: string; requestURI: string; responseStatus?: object }[] = [];

  beforeAll(async () => {
    const pair = createServingCertificate(createCertificateAuthority({ commonName: 'ca' }), { commonName: 'node-1', hosts: ['127.0.0.1'] });
    kubelet = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
      asked = request.url;
      response.end();
    });
    kubelet.on('upgrade', (request, socket) => {
      asked = request.url;
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    await new Promise<void>((resolve) => kubelet.listen(0, '127.0.0.1', resolve));
    const log: AuditBackend = { name: 'log', dropped: 0, take: ({ json }) => events.push(JSON.parse(json) as (typeof events)[number]) > 0, stop: () => Promise.resolve() };
    const policy = await parsePolicy('apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata, verbs: [get]}]');
    server = await TestServer.start({
      auditor: new Auditor(policy, [log]),
      admission: () => [
        {
          name: 'changing',
          handles: ({ operation }) => operation === 'CONNECT',
          admit: ({ object }) => {
            seen = structuredClone(object);
            if (object) change(object);
          },
        },
      ],
    });
    const node = (await server.request('POST', '/api/v1/nodes', { metadata: { name: 'node-1' } })).body;
    const status = { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], daemonEndpoints: { kubeletEndpoint: { Port: (kubelet.address() as AddressInfo).port } } };
    await server.request('PUT', '/api/v1/nodes/node-1/status', { ...node, status });
    const containers = ['a', 'b'].map((name) => ({ name, image: 'i' }));
    await server.request('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'p' }, spec: { nodeName: 'node-1', containers } });
    const gone = (await server.request('POST', '/api/v1/nodes', { metadata: { name: 'gone' } })).body;
    await server.request('PUT', '/api/v1/nodes/gone/status', { ...gone, status: { ...status, daemonEndpoints: { kubeletEndpoint: { Port: 1 } } } });
    await server.request('POST', '/api/v1/namespaces/default/pods', { metadata: { name: 'lost' }, spec: { nodeName: 'gone', containers } });
  });

  afterAll(async () => {
    await server.stop();
    kubelet.closeAllConnections();
    await new Promise((resolve) => kubelet.close(resolve));
  });

  beforeEach(() => {
    asked = undefined;
    change = () => undefined;
  });

  it.each([
    ['was reached', 'p', { metadata: {}, code: 101 }],
    ['could not be reached', 'lost', { metadata: {}, code: 502 }],
  ])('are audited when they begin, not when they end, where the kubelet %s', async (_what, pod, responseStatus) => {
    const path = `/api/v1/namespaces/default/pods/${pod}/exec?container=b&command=${pod}`;
    await server.request('GET', path, undefined, UPGRADE);
    const of = (): typeof events => events.filter(({ requestURI }) => requestURI === path);
    while (of().length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(of()).toMatchObject([{ stage: 'ResponseStarted', responseStatus }, { stage: 'ResponseComplete', responseStatus }]);
  });

  it('ask the kubelet for what admission has seen, in its own words', async () => {
    expect((await server.request('GET', `${POD}/exec?container=b&command=ls&stdin=True&stdout=1&input=1`, undefined, UPGRADE)).status).toBe(403);
    expect(seen).toMatchObject({ kind: 'PodExecOptions', container: 'b', command: ['ls'], stdin: true, stdout: true });
    expect(asked).toBe('/exec/default/p/b?input=1&output=1&command=ls');
    await server.request('GET', `${POD}/portforward?ports=80`, undefined, UPGRADE);
    expect(asked).toBe('/portForward/default/p?port=80');
  });

  it('are what a plugin has made of them', async () => {
    change = (options) => Object.assign(options, { container: 'a', command: ['id'], tty: false });
    await server.request('GET', `${POD}/exec?container=b&command=sh&tty=true&stdout=true`, undefined, UPGRADE);
    expect(asked).toBe('/exec/default/p/a?output=1&command=id');
    change = (options) => Object.assign(options, { command: 'id' });
    expect((await server.request('GET', `${POD}/exec?container=b&command=sh`, undefined, UPGRADE)).status).toBe(500);
  });

  it('through a proxy show the path, and go where a plugin leads them, though not out of the target', async () => {
    await server.request('GET', '/api/v1/nodes/node-1/proxy/a%20b/c/?path=/x&y=z');
    expect(seen).toEqual({ apiVersion: 'v1', kind: 'NodeProxyOptions', metadata: {}, path: '/a b/c/' });
    expect(asked).toBe('/a%20b/c/?path=/x&y=z');
    change = (options) => Object.assign(options, { path: '/../public/../d?e' });
    await server.request('GET', '/api/v1/nodes/node-1/proxy/secret');
    expect(asked).toBe('/d%3Fe');
  });
});
