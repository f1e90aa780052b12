import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './support/process';
import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
let server: ServerProcess;
let certificate: { certFile: string; keyFile: string };
beforeAll(async () => {
  server = await scope.server();
  const folder = scope.folder();
  certificate = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  const { certFile, keyFile } = certificate;
  const subject = ['-subj', '/CN=example.com', '-days', '2'];
  await runProgram('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    keyFile,
    '-out',
    certFile,
    ...subject,
  ]);
});

/** What `kubectl create ARGS` must say and leave: fields of the object that it names. */
interface Case {
  readonly args: readonly string[];
  readonly created: string;
  readonly fields: object;
}

const CASES: readonly Case[] = [
  {
    args: ['configmap', 'c', '--from-literal=a=1', '--from-literal=b=2'],
    created: 'configmap/c',
    fields: { data: { a: '1', b: '2' } },
  },
  {
    args: ['secret', 'generic', 's', '--from-literal=password=x'],
    created: 'secret/s',
    fields: { type: 'Opaque', data: { password: 'eA==' } },
  },
  {
    args: ['secret', 'docker-registry', 'r', '--docker-username=me', '--docker-password=pw', '--docker-server=example.com'],
    created: 'secret/r',
    fields: { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': expect.any(String) } },
  },
  {
    args: ['deployment', 'd', '--image=nginx:1.27', '--replicas=2', '--port=80'],
    created: 'deployment.apps/d',
    fields: {
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'd' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: {
          spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80, protocol: 'TCP' }] }] },
        },
      },
    },
  },
  {
    args: ['job', 'j', '--image=busybox', '--', 'date'],
    created: 'job.batch/j',
    fields: {
      spec: {
        completions: 1,
        parallelism: 1,
        backoffLimit: 6,
        template: { spec: { containers: [{ command: ['date'] }], restartPolicy: 'Never' } },
      },
    },
  },
  {
    args: ['cronjob', 'cj', '--image=busybox', '--schedule=*/5 * * * *', '--', 'date'],
    created: 'cronjob.batch/cj',
    fields: { spec: { schedule: '*/5 * * * *', concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3 } },
  },
  {
    args: ['service', 'clusterip', 'web', '--tcp=80:8080'],
    created: 'service/web',
    fields: {
      spec: {
        type: 'ClusterIP',
        clusterIP: expect.stringMatching(/^10\.0\.0\.\d+$/),
        ports: [{ name: '80-8080', port: 80, targetPort: 8080 }],
      },
    },
  },
  {
    args: ['service', 'clusterip', 'headless', '--clusterip=None'],
    created: 'service/headless',
    fields: { spec: { type: 'ClusterIP', clusterIP: 'None', clusterIPs: ['None'] } },
  },
  {
    args: ['service', 'nodeport', 'np', '--tcp=80'],
    created: 'service/np',
    fields: { spec: { type: 'NodePort', externalTrafficPolicy: 'Cluster', ports: [{ port: 80, nodePort: expect.any(Number) }] } },
  },
  {
    args: ['service', 'loadbalancer', 'lb', '--tcp=80'],
    created: 'service/lb',
    fields: { spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: true, ports: [{ nodePort: expect.any(Number) }] } },
  },
  {
    args: ['service', 'externalname', 'en', '--external-name=example.com'],
    created: 'service/en',
    fields: { spec: { type: 'ExternalName', externalName: 'example.com' } },
  },
  {
    args: ['role', 'reader', '--verb=get,list', '--resource=pods,deployments.apps'],
    created: 'role.rbac.authorization.k8s.io/reader',
    fields: {
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
      ],
    },
  },
  {
    args: ['rolebinding', 'readers', '--role=reader', '--user=jane', '--group=team', '--serviceaccount=default:sa'],
    created: 'rolebinding.rbac.authorization.k8s.io/readers',
    fields: {
      roleRef: { kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'User', name: 'jane' }, { kind: 'Group' }, { kind: 'ServiceAccount', namespace: 'default' }],
    },
  },
  {
    args: ['quota', 'q', '--hard=pods=3,requests.cpu=1500m'],
    created: 'resourcequota/q',
    fields: { spec: { hard: { pods: '3', 'requests.cpu': '1500m' } } },
  },
  {
    args: ['poddisruptionbudget', 'p', '--selector=app=web', '--min-available=50%'],
    created: 'poddisruptionbudget.policy/p',
    fields: { spec: { minAvailable: '50%', selector: { matchLabels: { app: 'web' } } } },
  },
  {
    args: ['ingress', 'i', '--class=nginx', '--rule=example.com/api*=web:80,tls=cert'],
    created: 'ingress.networking.k8s.io/i',
    fields: {
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host: 'example.com',
            http: { paths: [{ path: '/api', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
          },
        ],
        tls: [{ hosts: ['example.com'], secretName: 'cert' }],
      },
    },
  },
  { args: ['serviceaccount', 'sa'], created: 'serviceaccount/sa', fields: {} },
];

describe.each(KUBECTL_VERSIONS)('kubectl %s create', (version) => {
  let kubectl: Kubectl;
  const suffix = version.replace('.', '');
  beforeAll(async () => {
    kubectl = new Kubectl(version, server, await scope.namespace(server));
  });

  it.each(CASES)('$args.0 $args.1 $args.2', async ({ args, created, fields }) => {
    expect(await kubectl.ok(['create', ...args])).toBe(`${created} created\n`);
    const object = await kubectl.json(created);
    expect(object).toMatchObject(fields);
    expect(object.metadata).toMatchObject({
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: expect.stringMatching(/^\d+$/),
    });
  });

  it('secret tls', async () => {
    await kubectl.ok(['create', 'secret', 'tls', 't', `--cert=${certificate.certFile}`, `--key=${certificate.keyFile}`]);
    expect(await kubectl.json('secret', 't')).toMatchObject({
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': expect.any(String), 'tls.key': expect.any(String) },
    });
  });

  it('configmap from files, binary ones too', async () => {
    const folder = scope.folder();
    writeFileSync(join(folder, 'text'), 'é\n');
    writeFileSync(join(folder, 'binary'), Buffer.from([0xff, 0x00, 0xfe]));
    await kubectl.ok(['create', 'configmap', 'files', `--from-file=${folder}`]);
    expect(await kubectl.json('cm', 'files')).toMatchObject({ data: { text: 'é\n' }, binaryData: { binary: '/wD+' } });
  });

  it('namespace', async () => {
    const name = `made-${suffix}`;
    expect(await kubectl.ok(['create', 'namespace', name])).toBe(`namespace/${name} created\n`);
    expect(await kubectl.json('ns', name)).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  });

  it('clusterrole and clusterrolebinding', async () => {
    const name = `admins-${suffix}`;
    await kubectl.ok(['create', 'clusterrole', `reader-${suffix}`, '--verb=get', '--non-resource-url=/metrics']);
    expect(await kubectl.json('clusterrole', `reader-${suffix}`)).toMatchObject({
      rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
    });
    await kubectl.ok(['create', 'clusterrolebinding', name, `--clusterrole=reader-${suffix}`, '--group=admins']);
    expect(await kubectl.json('clusterrolebinding', name)).toMatchObject({
      roleRef: { kind: 'ClusterRole' },
      subjects: [{ kind: 'Group', name: 'admins' }],
    });
  });

  it('priorityclass', async () => {
    const name = `high-${suffix}`;
    expect(await kubectl.ok(['create', 'priorityclass', name, '--value=1000', '--description=for tests'])).toBe(
      `priorityclass.scheduling.k8s.io/${name} created\n`,
    );
    expect(await kubectl.json('pc', name)).toMatchObject({
      value: 1000,
      preemptionPolicy: 'PreemptLowerPriority',
      description: 'for tests',
    });
  });

  it("says what is wrong in the server's words", async () => {
    expect(await kubectl.fails(['create', 'namespace', 'Aa'])).toContain(
      'The Namespace "Aa" is invalid: metadata.name: Invalid value: "Aa"',
    );
    expect(await kubectl.fails(['create', 'quota', 'bad', '--hard=pods=-1'])).toContain('must be greater than or equal to 0');
    expect(await kubectl.fails(['create', 'serviceaccount', 'sa'])).toBe(
      'error: failed to create serviceaccount: serviceaccounts "sa" already exists\n',
    );
  });

  it('only tells what it would create with --dry-run', async () => {
    expect(await kubectl.ok(['create', 'configmap', 'dry', '--from-literal=a=1', '--dry-run=server'])).toBe(
      'configmap/dry created (server dry run)\n',
    );
    expect(await kubectl.fails(['get', 'cm', 'dry'])).toContain('NotFound');
  });
});
