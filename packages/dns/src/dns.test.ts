import { promises as dns } from 'node:dns';
import { connect } from 'node:net';
import { parseFlags } from '@typekube/component-base';
import { endpointSlices, services, type Client } from '@typekube/client';
import { eventually, TestApiServer } from '@typekube/client/testing';
import { freePorts } from './testing/free-ports';
import { type DnsFlags, program } from './config/flags';
import { run } from './run';
import { response } from './server/message';
import { Rcode } from './server/wire';
import { service, slice } from './testing/cluster';
import { FakeResolver } from './testing/fake-resolver';
import { requestBytes, textOf } from './testing/packets';
import { MessageReader, withLength } from './server/stream';

describe('kube-dns beside a real API server', () => {
  let api: TestApiServer;
  let client: Client;
  let upstream: FakeResolver;
  let ports: number[];
  let stop: AbortController;
  let running: Promise<void>;
  const resolver = new dns.Resolver({ timeout: 1000, tries: 2 });

  const flags = (): string[] => [
    `--kubeconfig=${api.kubeconfigPath}`,
    '--dns-bind-address=127.0.0.1',
    `--dns-port=${ports[0]}`,
    `--health-bind-address=127.0.0.1:${ports[1]}`,
    `--ready-bind-address=127.0.0.1:${ports[2]}`,
    `--metrics-bind-address=127.0.0.1:${ports[3]}`,
    `--nameservers=127.0.0.1:${upstream.address.port}`,
  ];
  const start = (): void => {
    stop = new AbortController();
    running = run(optionsOf(flags()), stop.signal);
  };
  const get = async (i: number, path: string): Promise<string> => (await fetch(`http://127.0.0.1:${ports[i]}${path}`)).text();

  beforeAll(async () => {
    api = await TestApiServer.start(['--service-cluster-ip-range=10.96.0.0/16']);
    client = await api.client();
    upstream = await FakeResolver.start((asked) => response(asked, { rcode: Rcode.NoError, answers: [{ owner: 'example.com', type: 'A', ttl: 60, data: '192.0.2.1' }] }));
    ports = await freePorts(4);
    resolver.setServers([`127.0.0.1:${ports[0]}`]);
    start();
    await eventually(async () => (await get(2, '/ready').catch(() => '')) === 'OK');
  });

  afterAll(async () => {
    stop.abort();
    await running;
    await upstream[Symbol.asyncDispose]();
    await api.stop();
  });

  it('answers for services as they come and go', async () => {
    await eventually(async () => (await resolver.resolve4('kubernetes.default.svc.cluster.local').catch(() => []))[0] === '10.96.0.1');
    const name = 'web.default.svc.cluster.local';
    await expect(resolver.resolve4(name)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    const made = await client.for(services, 'default').create(service('web', { ports: [{ name: 'http', port: 80 }] }));
    await eventually(async () => (await resolver.resolve4(name).catch(() => []))[0] === made.spec?.clusterIP);
    expect(await resolver.resolveSrv(`_http._tcp.${name}`)).toEqual([{ name, port: 80, priority: 0, weight: 100 }]);
    expect(await resolver.reverse(made.spec?.clusterIP ?? '')).toEqual([name]);
    await client.for(services, 'default').delete('web');
    await eventually(() => resolver.resolve4(name).then(() => false, (error: NodeJS.ErrnoException) => error.code === 'ENOTFOUND'));
  });

  it('answers for the endpoints of headless services, all of them over TCP', async () => {
    const name = 'set.default.svc.cluster.local';
    const endpoints = Array.from({ length: 100 }, (_, i) => ({ addresses: [`10.244.0.${i + 1}`], hostname: `set-${i}` }));
    await client.for(services, 'default').create(service('set', { clusterIP: 'None', ports: [{ port: 80 }] }));
    await client.for(endpointSlices, 'default').create(slice('set', endpoints));
    await eventually(async () => (await resolver.resolve4(`set-99.${name}`).catch(() => []))[0] === '10.244.0.100');
    expect(await resolver.resolve4(name)).toHaveLength(100);
  });

  it('answers several requests on one connection, in their order', async () => {
    const socket = connect(ports[0] ?? 0, '127.0.0.1');
    const reader = new MessageReader();
    const names = ['kubernetes.default.svc.cluster.local', 'example.com', 'missing.default.svc.cluster.local'];
    socket.write(Buffer.concat(names.map((name) => withLength(requestBytes(name)))));
    const texts: string[] = [];
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      reader.push(chunk);
      for (let message = reader.next(); message; message = reader.next()) texts.push(textOf(message));
      if (texts.length === names.length) break;
    }
    expect(texts.map((text) => text.split(' ')[0])).toEqual(['NOERROR', 'NOERROR', 'NXDOMAIN']);
  });

  it('has other names resolved by its upstream resolver, once', async () => {
    const askedBefore = upstream.asked.filter(({ name, transport }) => name === 'example.com' && transport === 'udp').length;
    expect(await resolver.resolve4('example.com')).toEqual(['192.0.2.1']);
    expect(await resolver.resolve4('example.com')).toEqual(['192.0.2.1']);
    expect(upstream.asked.filter(({ name, transport }) => name === 'example.com' && transport === 'udp').length - askedBefore).toBeLessThanOrEqual(1);
  });

  it("tells its health and CoreDNS' metrics", async () => {
    expect(await get(1, '/health')).toBe('OK');
    const metrics = await get(3, '/metrics');
    expect(metrics).toMatch(/coredns_dns_requests_total\{server="dns:\/\/:\d+",zone="cluster\.local\.",view="",proto="udp",family="1",type="A"\} [1-9]/);
    expect(metrics).toMatch(/coredns_dns_responses_total\{server="[^"]*",zone="cluster\.local\.",view="",rcode="NXDOMAIN",plugin="kubernetes"\} [1-9]/);
    expect(metrics).toMatch(/coredns_cache_hits_total\{server="[^"]*",zones="\.",view="",type="success"\} [1-9]/);
    expect(metrics).toMatch(/coredns_proxy_request_duration_seconds_count\{proxy_name="forward",to="127\.0\.0\.1:\d+",rcode="NOERROR"\} [1-9]/);
  });

  it('goes on without the API server, and does not start on a port in use', async () => {
    await api.kill();
    expect(await resolver.resolve4('kubernetes.default.svc.cluster.local')).toEqual(['10.96.0.1']);
    await expect(run(optionsOf(flags()), new AbortController().signal)).rejects.toThrow(/EADDRINUSE/);
    await api.start();
  });
});

function optionsOf(argv: readonly string[]): DnsFlags {
  const outcome = parseFlags(program, argv);
  if (outcome.action !== 'run') throw new Error(`the flags are not good: ${JSON.stringify(outcome)}`);
  return outcome.options;
}
