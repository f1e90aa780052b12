import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@typekube/storage/testing';
import { Cluster, eventually, must } from './support/cluster';
import type { Kubectl } from './support/kubectl';
import { RunningProgram, runProgram } from './support/process';

jest.setTimeout(240_000);

const HOST_PORT = 18_080;
const UDP_HOST_PORT = 18_053;
const VERSIONS = ['1.27', '1.35'] as const;

const server = (name: string, ports: object[]): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [
      { name: 'httpd', image: 'busybox:1', command: ['sh', '-c', 'echo hello > /tmp/index.html; exec httpd -f -p 8080 -h /tmp'], ports: [{ containerPort: 8080 }, ...ports] },
    ],
  },
});

const shell = (name: string, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'sh', image: 'busybox:1', stdin: true, command: ['sh', '-c', 'while read line; do echo "got $line"; done; exec sleep 3600'] }],
    ...spec,
  },
});

const OBJECTS = [
  server('web', [{ containerPort: 8080, hostPort: HOST_PORT, name: 'tcp' }, { containerPort: 5353, hostPort: UDP_HOST_PORT, protocol: 'UDP', name: 'udp' }]),
  shell('shell'),
  shell('terminal', { containers: [{ name: 'sh', image: 'busybox:1', stdin: true, tty: true }] }),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'echo', protocol: 'UDP', port: 7, targetPort: 5353 }] },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'elsewhere' }, spec: { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' } },
];

describe('the network of a cluster', () => {
  let cluster: Cluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    const [port] = await freePorts(1);
    cluster = new Cluster(port!);
    await cluster.upWithBusybox();
    kubectl = cluster.kubectl('1.35');
    await kubectl.send('create', OBJECTS);
    await ready('web', 'shell', 'terminal');
  });

  afterAll(() => cluster.close());

  const ready = (...pods: string[]): Promise<string> =>
    kubectl.ok(['wait', ...pods.map((pod) => `pod/${pod}`), '--for=condition=Ready', '--timeout=60s'], { timeoutMs: 70_000 });
  const lookup = async (name: string): Promise<string> => (await kubectl.run(['exec', 'shell', '--', 'nslookup', name])).stdout;
  const clusterIp = (service: string): Promise<string> => kubectl.jsonpath('{.spec.clusterIP}', 'service', service);
  const get = async (url: string): Promise<string> => (await runProgram('wget', ['-q', '-T', '2', '-t', '1', '-O', '-', url])).stdout;

  describe('DNS', () => {
    it('has its service under the tenth address', async () => {
      expect(await kubectl.jsonpath('{.spec.clusterIP} {.spec.ports[*].name}', 'service', 'kube-dns', '-n', 'kube-system')).toBe('10.96.0.10 dns dns-tcp metrics');
    });

    it.each([
      ['kubernetes.default.svc.cluster.local', 'kubernetes'],
      ['web.default.svc.cluster.local', 'web'],
      ['web', 'web'],
      ['elsewhere.default.svc.cluster.local', 'web'],
    ])('resolves %s inside of a pod', async (name, service) => {
      const address = await clusterIp(service);
      expect(await eventually(() => lookup(name), (answer) => answer.includes(address))).toContain('10.96.0.10');
    });

    it.each(['kubernetes', 'web'])("finds %s.default by the search path, with the C library's resolver", async (service) => {
      const folder = mkdtempSync(join(tmpdir(), 'typekube-resolv-'));
      const file = join(folder, 'resolv.conf');
      writeFileSync(file, await kubectl.ok(['exec', 'shell', '--', 'cat', '/etc/resolv.conf']));
      const script = 'mount --bind "$1" /etc/resolv.conf && getent ahostsv4 "$2"';
      const inPod = ['--net', '--target', String(await processOf('shell')), 'unshare', '--mount', '--propagation', 'private'];
      const found = await must('nsenter', [...inPod, 'sh', '-c', script, 'sh', file, `${service}.default`]);
      expect(found).toContain(`${await clusterIp(service)} `);
      rmSync(folder, { recursive: true });
    });

    it.each<[string, object, string]>([
      ['ClusterFirst', {}, 'search default.svc.cluster.local svc.cluster.local cluster.local'],
      ['ClusterFirstWithHostNet', { hostNetwork: true }, 'nameserver 10.96.0.10'],
      ['None', { dnsConfig: { nameservers: ['192.0.2.1'], searches: ['example.com'], options: [{ name: 'ndots', value: '2' }] } }, 'search example.com\nnameserver 192.0.2.1\noptions ndots:2\n'],
      ['Default', {}, readFileSync('/etc/resolv.conf', 'utf8').split('\n').find((line) => line.startsWith('nameserver')) ?? ''],
    ])('is told to pods by their policy: %s', async (dnsPolicy, spec, expected) => {
      const name = `dns-${dnsPolicy.toLowerCase()}`;
      await kubectl.send('create', shell(name, { dnsPolicy, ...spec }));
      await ready(name);
      expect(await kubectl.ok(['exec', name, '--', 'cat', '/etc/resolv.conf'])).toContain(expected);
      await kubectl.ok(['delete', 'pod', name, '--force', '--grace-period=0']);
    });

    it('comes back when it is killed', async () => {
      const pid = (await cluster.pids()).get('kube-dns');
      await must('kill', ['-9', String(pid)]);
      await eventually(async () => (await cluster.pids()).get('kube-dns'), (now) => Boolean(now) && now !== pid);
      const address = await clusterIp('web');
      await eventually(() => lookup('web.default.svc.cluster.local'), (answer) => answer.includes(address));
    });
  });

  describe.each(VERSIONS)('streams of kubectl %s', (version) => {
    let client: Kubectl;

    beforeAll(() => {
      client = cluster.kubectl(version);
    });

    it('copies files both ways', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'typekube-cp-'));
      const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
      writeFileSync(join(folder, 'there'), content);
      await client.ok(['cp', join(folder, 'there'), 'shell:/tmp/file']);
      await client.ok(['cp', 'shell:/tmp/file', join(folder, 'back')]);
      expect(readFileSync(join(folder, 'back')).equals(content)).toBe(true);
      rmSync(folder, { recursive: true });
    });

    it('ends the input of a command', async () => {
      expect(await client.ok(['exec', '-i', 'shell', '--', 'cat'], { stdin: 'through\n' })).toBe('through\n');
      const failed = await client.run(['exec', 'shell', '--v=7', '--', 'sh', '-c', 'echo bad >&2; exit 7']);
      expect(failed.code).toBe(7);
      expect(failed.stderr).toMatch(/^bad$/m);
      expect(failed.stderr).not.toContain('fallback to secondary dialer');
    });

    it('attaches to a running container', async () => {
      const attached = client.start(['attach', '-i', 'shell']);
      attached.child.stdin?.write('line\n');
      await attached.waitFor(/got line/);
      await attached.kill();
    });

    it('says why it cannot attach to a terminal without one', async () => {
      const { code, stderr } = await client.run(['attach', '-i', 'terminal']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/unable to upgrade connection: tty and stderr cannot both be true/);
    });

    it('forwards ports, without a way back to another protocol', async () => {
      const [port] = await freePorts(1);
      const forward = client.start(['port-forward', 'service/web', `${port}:80`, '--v=7']);
      await forward.waitFor(/Forwarding from 127.0.0.1/);
      for (let i = 0; i < 3; i += 1) expect(await get(`http://127.0.0.1:${port}/index.html`)).toBe('hello\n');
      expect(forward.stderr).not.toContain('fallback to secondary dialer');
      await forward.kill();
    });
  });

  describe('services', () => {
    /** What a program prints in the network of a pod, or of the machine. */
    const inNetworkOf = async (pod: string | undefined, ...command: string[]): Promise<string> => {
      const inside = pod === undefined ? [] : ['nsenter', '--net', '--target', String(await processOf(pod))];
      const [program = '', ...args] = [...inside, ...command];
      return (await runProgram(program, args)).stdout;
    };
    const page = async (pod?: string): Promise<string> => inNetworkOf(pod, 'wget', '-q', '-T', '2', '-t', '1', '-O', '-', `http://${await clusterIp('web')}/index.html`);
    const ask = `const s = require('dgram').createSocket('udp4'); s.on('message', (m) => { console.log(String(m)); s.close(); }); s.send('hello', 7, process.argv[1]); setTimeout(() => process.exit(1), 5000).unref()`;
    const echoed = async (pod?: string): Promise<string> => inNetworkOf(pod, process.execPath, '-e', ask, await clusterIp('web'));
    const clients = [
      ['the machine', undefined],
      ['another pod', 'shell'],
      ['the pod itself', 'web'],
    ] as const;

    it.each(clients)('lead over TCP from %s to a pod', async (_, pod) => {
      expect(await eventually(() => page(pod), Boolean)).toBe('hello\n');
    });

    it('lead over UDP from everywhere to a pod', async () => {
      const server = await echoServer();
      for (const [, pod] of clients) expect(await echoed(pod)).toBe('echo hello\n');
      await server.kill();
    });
  });

  describe('proxies', () => {
    it('lead to the kubelet, to pods and to services', async () => {
      expect(await kubectl.ok(['get', '--raw', '/api/v1/nodes/node-1/proxy/healthz'])).toBe('ok');
      expect(await kubectl.ok(['get', '--raw', '/api/v1/namespaces/default/pods/web:8080/proxy/index.html'])).toBe('hello\n');
      expect(await kubectl.ok(['get', '--raw', '/api/v1/namespaces/default/pods/web/proxy/index.html'])).toBe('hello\n');
      for (const service of ['web:http', 'web:80', 'http:web:http']) {
        expect(await kubectl.ok(['get', '--raw', `/api/v1/namespaces/default/services/${service}/proxy/index.html`])).toBe('hello\n');
      }
    });

    it('are reached through kubectl proxy', async () => {
      const [port] = await freePorts(1);
      const proxy = kubectl.start(['proxy', `--port=${port}`]);
      await proxy.waitFor(/Starting to serve/);
      expect(await get(`http://127.0.0.1:${port}/api/v1/namespaces/default/services/web:http/proxy/index.html`)).toBe('hello\n');
      expect(await get(`http://127.0.0.1:${port}/api/v1/namespaces/default/pods/web`)).toContain('"kind": "Pod"');
      await proxy.kill();
    });
  });

  describe('host ports', () => {
    const addresses = Object.values(networkInterfaces())
      .flatMap((all = []) => all)
      .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('10.244.'))
      .map(({ address }) => address);

    it('lead to a pod over TCP', async () => {
      for (const address of ['127.0.0.1', ...addresses]) expect(await get(`http://${address}:${HOST_PORT}/index.html`)).toBe('hello\n');
    });

    it('lead to a pod over UDP', async () => {
      const echo = await echoServer();
      for (const address of ['127.0.0.1', ...addresses]) expect(await askUdp(address, UDP_HOST_PORT)).toBe('echo hello');
      await echo.kill();
    });

    it('are gone with the pod', async () => {
      await kubectl.ok(['delete', 'pod', 'web', '--timeout=60s'], { timeoutMs: 70_000 });
      expect(await must('iptables', ['-w', '-t', 'nat', '-S'])).not.toMatch(new RegExp(`${HOST_PORT}|${UDP_HOST_PORT}`));
      expect(await get(`http://127.0.0.1:${HOST_PORT}/index.html`)).toBe('');
    });
  });

  it('is gone after the end', async () => {
    await cluster.ok('down', '--purge');
    expect(await must('ip', ['link'])).not.toContain('typekube0');
    expect(await must('iptables', ['-w', '-t', 'nat', '-S'])).not.toContain('CNI-');
    expect(await must('nft', ['list', 'tables'])).not.toContain('typekube');
  });

  /** Beside the pod's own server, in its network: busybox has none for UDP. */
  async function echoServer(): Promise<RunningProgram> {
    const program = `const s = require('dgram').createSocket('udp4'); s.on('message', (m, r) => s.send('echo ' + m, r.port, r.address)); s.bind(5353, () => console.log('bound'))`;
    const echo = new RunningProgram('nsenter', ['--net', '--target', String(await processOf('web')), process.execPath, '-e', program]);
    await echo.waitFor(/bound/);
    return echo;
  }

  async function processOf(pod: string): Promise<number> {
    const id = (await kubectl.jsonpath('{.status.containerStatuses[0].containerID}', 'pod', pod)).replace(/^.*:\/\//, '');
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const found = pids.find((pid) => cgroupOf(pid).includes(id));
    if (!found) throw new Error(`no process of ${pod}`);
    return Number(found);
  }
});

/** A process may end between being listed and being read. */
function cgroupOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return '';
  }
}

function askUdp(address: string, port: number): Promise<string> {
  const socket = createSocket('udp4');
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer from ${address}:${port}`)), 5000);
    socket.once('message', (message) => {
      clearTimeout(timer);
      resolve(message.toString());
    });
    socket.send('hello', port, address);
  }).finally(() => socket.close());
}
