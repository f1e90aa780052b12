import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { authenticationv1, corev1 } from '@typekube/api';
import { CGROUP_ROOT, eventually, IMAGE, NODE, TestCluster } from './testing/cluster';
import type { Summary } from './stats/summary';
import { runProgram } from './testing/program';
import { mountPoints } from './volumes/tmpfs';

const MANIFEST = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: { GREETING: 'hello', 'page.html': 'from the map' },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        nodeName: NODE,
        terminationGracePeriodSeconds: 1,
        automountServiceAccountToken: false,
        containers: [
          {
            name: 'main',
            image: IMAGE,
            command: ['sh', '-c', 'echo started as $NAME with $GREETING; exec httpd -f -p 8080 -h /www'],
            env: [
              { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'BOTH', value: '$(NAME)-$(GREETING)' },
            ],
            envFrom: [{ configMapRef: { name: 'settings' } }],
            volumeMounts: [
              { name: 'pages', mountPath: '/www' },
              { name: 'scratch', mountPath: '/scratch' },
            ],
            readinessProbe: { httpGet: { path: '/page.html', port: 8080 }, periodSeconds: 1 },
            resources: { limits: { memory: '64Mi' } },
          },
        ],
        volumes: [
          { name: 'pages', configMap: { name: 'settings' } },
          { name: 'scratch', emptyDir: { medium: 'Memory' } },
        ],
      },
    },
  ],
};

describe('a kubelet with a real API server and real containers', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  });

  afterAll(() => cluster.close());

  async function pod(name: string): Promise<corev1.Pod> {
    return JSON.parse(await cluster.kubectl(['get', 'pod', name, '-o', 'json']));
  }

  function statusOf({ status }: corev1.Pod): corev1.ContainerStatus {
    const [first] = status?.containerStatuses ?? [];
    if (!first) throw new Error('the pod has no container status');
    return first;
  }

  async function eventsOf(name: string): Promise<string[]> {
    const list: { items: corev1.Event[] } = JSON.parse(
      await cluster.kubectl(['get', 'events', '--field-selector', `involvedObject.name=${name}`, '-o', 'json']),
    );
    return list.items.map(({ reason, message }) => `${reason}: ${message}`);
  }

  async function untilReady(name: string): Promise<corev1.Pod> {
    await eventually(async () => {
      const { status } = await pod(name);
      expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
    });
    return pod(name);
  }

  async function exec(name: string, script: string): Promise<string> {
    const { containers } = await cluster.runtime.ListContainers({
      filter: { labelSelector: { 'io.kubernetes.pod.name': name }, state: { state: 1 } },
    });
    const { stdout } = await cluster.runtime.ExecSync({
      containerId: containers[0]?.id ?? '',
      cmd: ['sh', '-c', script],
      timeout: 5,
    });
    return Buffer.from(stdout).toString();
  }

  it('registers the node, with a lease', async () => {
    await eventually(async () => {
      const node: corev1.Node = JSON.parse(await cluster.kubectl(['get', 'node', NODE, '-o', 'json']));
      expect(node.metadata.labels).toMatchObject({ 'kubernetes.io/hostname': NODE, 'kubernetes.io/os': 'linux' });
      expect(node.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
        status: 'True',
        reason: 'KubeletReady',
      });
      expect(node.status?.nodeInfo).toMatchObject({ kubeletVersion: 'v1.36.0', operatingSystem: 'linux' });
      expect(
        await cluster.kubectl(['get', 'lease', '-n', 'kube-node-lease', NODE, '-o', 'jsonpath={.spec.leaseDurationSeconds}']),
      ).toBe('40');
      expect(await eventsOf(NODE)).toEqual(
        expect.arrayContaining(['Starting: Starting kubelet.', ...['NodeHasSufficientMemory', 'NodeReady'].map((reason) => `${reason}: Node ${NODE} status is now: ${reason}`)]),
      );
    });
  });

  it('tells of a node that is cordoned, and puts right what others say of its status', async () => {
    for (const [verb, reason] of [['cordon', 'NodeNotSchedulable'], ['uncordon', 'NodeSchedulable']] as const) {
      await cluster.kubectl([verb, NODE]);
      await eventually(async () => expect(await eventsOf(NODE)).toContain(`${reason}: Node ${NODE} status is now: ${reason}`));
    }
    const status = { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] };
    await cluster.kubectl(['patch', 'node', NODE, '--subresource=status', '-p', JSON.stringify({ status })]);
    const ready = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
    await eventually(async () => expect(await cluster.kubectl(['get', 'node', NODE, '-o', ready])).toBe('True'));
  });

  it('refuses a pod with a sysctl of the whole machine, which never begins', async () => {
    const sysctls = [{ name: 'kernel.msgmax', value: '70' }];
    const spec = { nodeName: NODE, securityContext: { sysctls }, containers: [{ name: 'main', image: IMAGE }] };
    await cluster.kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'unsafe' }, spec }));
    await eventually(async () => expect((await pod('unsafe')).status?.phase).toBe('Failed'));
    const { status } = await pod('unsafe');
    expect(status).toMatchObject({ reason: 'SysctlForbidden', message: 'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted' });
    expect(status).not.toHaveProperty('containerStatuses');
    await eventually(async () => expect(await eventsOf('unsafe')).toContain('SysctlForbidden: forbidden sysctl: "kernel.msgmax" not allowlisted'));
    await cluster.kubectl(['delete', 'pod', 'unsafe']);
  });

  it('runs a pod with its ConfigMap, restarts a killed container, survives its own death, and leaves nothing behind', async () => {
    await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(MANIFEST));
    const ready = await untilReady('web');
    expect(ready.status).toMatchObject({ phase: 'Running', hostIP: '127.0.0.1', qosClass: 'Burstable' });
    expect(ready.status?.podIP).toMatch(/^10\.251\.9\./);
    const uid = ready.metadata.uid ?? '';
    expect(await exec('web', 'echo $BOTH; cat /www/page.html')).toBe('web-hello\nfrom the map');
    const log = join(cluster.rootDir, 'logs', `default_web_${uid}`, 'main', '0.log');
    expect(readFileSync(log, 'utf8')).toContain('stdout F started as web with hello\n');
    expect(await eventsOf('web')).toEqual(expect.arrayContaining(['Created: Container created', 'Started: Container started']));

    await cluster.kubectl(['patch', 'configmap', 'settings', '--type=merge', '-p', '{"data":{"page.html":"changed"}}']);
    await eventually(async () => expect(await exec('web', 'cat /www/page.html')).toBe('changed'));

    const first = statusOf(ready).containerID ?? '';
    await cluster.kill('kubelet');
    await cluster.startKubelet();
    await untilReady('web');
    expect(statusOf(await pod('web'))).toMatchObject({ containerID: first, restartCount: 0 });

    await cluster.runtime.StopContainer({ containerId: first.replace(/^.*:\/\//, ''), timeout: 0 });
    await eventually(async () => {
      const status = statusOf(await pod('web'));
      expect(status).toMatchObject({ ready: true, restartCount: 1 });
      expect(status.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'Error', containerID: first });
    });

    await cluster.kubectl(['delete', 'pod', 'web']);
    await eventually(async () => {
      expect((await cluster.runtime.ListPodSandbox({})).items).toEqual([]);
      expect(existsSync(join(cluster.rootDir, 'pods', uid))).toBe(false);
      expect(existsSync(join(cluster.rootDir, 'logs', `default_web_${uid}`))).toBe(false);
    });
    expect((await mountPoints()).filter((path) => path.includes(uid))).toEqual([]);
    expect(await runProgram('find', ['/sys/fs/cgroup', '-path', `*${CGROUP_ROOT}/*pod${uid}*`])).toBe('');
  });

  function podManifest(name: string, spec: object): string {
    const containers = [{ name: 'main', image: IMAGE, command: ['sleep', '1000'] }];
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { nodeName: NODE, terminationGracePeriodSeconds: 1, automountServiceAccountToken: false, containers, ...spec },
    });
  }

  async function apply(name: string, spec: object): Promise<void> {
    await cluster.kubectl(['apply', '-f', '-'], podManifest(name, spec));
  }

  it('runs init containers in order beside sidecars, in a crash loop too', async () => {
    await apply('loop', {
      initContainers: [
        { name: 'sidecar', image: IMAGE, restartPolicy: 'Always', command: ['sleep', '1000'] },
        {
          name: 'first',
          image: IMAGE,
          command: ['sh', '-c', 'echo made >/work/file'],
          volumeMounts: [{ name: 'work', mountPath: '/work' }],
        },
      ],
      containers: [
        {
          name: 'main',
          image: IMAGE,
          command: ['sh', '-c', 'cat /work/file; exit 1'],
          volumeMounts: [{ name: 'work', mountPath: '/work' }],
        },
      ],
      volumes: [{ name: 'work', emptyDir: {} }],
    });
    await eventually(async () => {
      const { status } = await pod('loop');
      expect(status?.initContainerStatuses?.map(({ name, ready, started }) => [name, ready, started])).toEqual([
        ['sidecar', true, true],
        ['first', true, false],
      ]);
      expect(status?.phase).toBe('Running');
      const [main] = status?.containerStatuses ?? [];
      expect(main?.state?.waiting).toMatchObject({
        reason: 'CrashLoopBackOff',
        message: expect.stringMatching(/^back-off 10s restarting failed container=main pod=loop_default\(/),
      });
      expect(main?.lastState?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
      expect(main?.restartCount).toBe(1);
    });
    await cluster.kubectl(['delete', 'pod', 'loop']);
  });

  it('restarts a container that fails its liveness probe, and lets its hooks run', async () => {
    await apply('sick', {
      containers: [
        {
          name: 'main',
          image: IMAGE,
          command: ['sh', '-c', 'touch /tmp/alive; trap "exit 0" TERM; sleep 1000 & wait'],
          livenessProbe: { exec: { command: ['test', '-f', '/tmp/alive'] }, periodSeconds: 1, failureThreshold: 1 },
          lifecycle: {
            postStart: { exec: { command: ['touch', '/work/started'] } },
            preStop: { exec: { command: ['sh', '-c', 'echo bye >/work/stopped'] } },
          },
          volumeMounts: [{ name: 'work', mountPath: '/work' }],
        },
      ],
      volumes: [{ name: 'work', emptyDir: {} }],
    });
    await untilReady('sick');
    expect(await exec('sick', 'ls /work; rm /tmp/alive')).toBe('started\n');
    await eventually(async () =>
      expect(statusOf(await pod('sick'))).toMatchObject({
        restartCount: 1,
        ready: true,
        lastState: { terminated: { exitCode: 0, reason: 'Completed' } },
      }),
    );
    expect(await exec('sick', 'cat /work/stopped')).toBe('bye\n');
    expect((await eventsOf('sick')).join('\n')).toMatch(/Killing: Container main failed liveness probe, will be restarted/);
    expect((await eventsOf('sick')).join('\n')).toMatch(/Unhealthy: Liveness probe failed:/);
    await cluster.kubectl(['delete', 'pod', 'sick']);
  });

  it('begins anew with all containers of a pod where one of them ends so, and restarts nothing after a restart of its own', async () => {
    const volumeMounts = [{ name: 'work', mountPath: '/work' }];
    const say = (word: string, then: string): string[] => ['sh', '-c', `echo ${word} >>/work/order; ${then}`];
    const rules = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }];
    await apply('anew', {
      restartPolicy: 'Never',
      initContainers: [{ name: 'first', image: IMAGE, command: say('first', 'true'), volumeMounts }],
      containers: [
        {
          name: 'main',
          image: IMAGE,
          command: say('main', 'trap "exit 0" TERM; sleep 1000 & wait'),
          volumeMounts,
          // It succeeds once in the life of a container.
          startupProbe: { exec: { command: ['mkdir', '/tmp/once'] }, periodSeconds: 1, failureThreshold: 1 },
        },
        {
          name: 'watch',
          image: IMAGE,
          command: ['sh', '-c', 'while ! rm /work/again 2>/dev/null; do sleep 0.1; done; exit 88'],
          volumeMounts,
          restartPolicy: 'Never',
          restartPolicyRules: rules,
        },
      ],
      volumes: [{ name: 'work', emptyDir: {} }],
    });
    const { status: before } = await untilReady('anew');
    await exec('anew', 'touch /work/again');
    await eventually(async () => {
      const { status } = await pod('anew');
      expect(status?.containerStatuses).toMatchObject([
        { name: 'main', restartCount: 1, ready: true, lastState: { terminated: { exitCode: 0 } } },
        { name: 'watch', restartCount: 1, ready: true, lastState: { terminated: { exitCode: 88 } } },
      ]);
      expect(status).toMatchObject({ phase: 'Running', podIP: before?.podIP });
      expect(status?.conditions).toContainEqual(expect.objectContaining({ type: 'AllContainersRestarting', status: 'False' }));
    });
    expect(await exec('anew', 'cat /work/order')).toBe('first\nmain\nfirst\nmain\n');
    await cluster.kill('kubelet');
    await cluster.startKubelet();
    await apply('after', {});
    await untilReady('after');
    expect((await pod('anew')).status?.containerStatuses).toMatchObject([{ restartCount: 1, ready: true, started: true }, { restartCount: 1 }]);
    await cluster.kubectl(['delete', 'pod', 'anew', 'after']);
  });

  it('puts logs aside that become large, and shows every line to who follows them', async () => {
    const count = 10_000;
    const script = `i=0; while [ $i -lt ${count} ]; do echo line $i; i=$((i+1)); [ $((i%100)) -ne 0 ] || sleep 0.1; done`;
    await apply('chatty', { restartPolicy: 'Never', containers: [{ name: 'main', image: IMAGE, command: ['sh', '-c', script] }] });
    await eventually(async () => expect((await pod('chatty')).status?.phase).toBe('Running'));
    const shown = await cluster.kubectl(['logs', '--follow', 'chatty']);
    expect(shown).toBe(Array.from({ length: count }, (_, number) => `line ${number}\n`).join(''));
    const { metadata } = await pod('chatty');
    const folder = join(cluster.rootDir, 'logs', `default_chatty_${metadata.uid}`, 'main');
    expect(readdirSync(folder).filter((name) => /^0\.log\.\d{8}-\d{6}(\.gz)?$/.test(name)).length).toBeGreaterThan(1);
    await cluster.kubectl(['delete', 'pod', 'chatty']);
  });

  it('ends a pod at its deadline, and a volume without its token is a FailedMount', async () => {
    await apply('late', { activeDeadlineSeconds: 2 });
    await apply('tokenless', {
      volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
      serviceAccountName: 'none',
    });
    await eventually(async () => {
      expect((await pod('late')).status).toMatchObject({
        phase: 'Failed',
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
      });
      expect((await eventsOf('tokenless')).join('\n')).toMatch(/FailedMount: MountVolume.SetUp failed for volume "t" : /);
    });
    await cluster.kubectl(['delete', 'pod', 'late', 'tokenless']);
  });

  it('mounts a token that is bound to the pod and ends with it', async () => {
    await cluster.kubectl(['create', 'serviceaccount', 'robot']);
    const source = { serviceAccountToken: { path: 'token', expirationSeconds: 600 } };
    await apply('bearer', {
      serviceAccountName: 'robot',
      volumes: [{ name: 't', projected: { sources: [source] } }],
      containers: [{ name: 'main', image: IMAGE, command: ['sleep', '1000'], volumeMounts: [{ name: 't', mountPath: '/var/run/t' }] }],
    });
    const uid = (await untilReady('bearer')).metadata.uid ?? '';
    const token = await exec('bearer', 'cat /var/run/t/token');
    const review = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } });
    const judge = async (): Promise<authenticationv1.TokenReviewStatus> =>
      JSON.parse(await cluster.kubectl(['create', '-o', 'json', '-f', '-'], review)).status;
    expect(await judge()).toMatchObject({
      authenticated: true,
      user: {
        username: 'system:serviceaccount:default:robot',
        extra: { 'authentication.kubernetes.io/pod-uid': [uid], 'authentication.kubernetes.io/node-name': [NODE] },
      },
    });
    await cluster.kubectl(['delete', 'pod', 'bearer']);
    expect(await judge()).toMatchObject({ error: expect.stringContaining('has been invalidated') });
  });

  it('looks after containers while the API server is away', async () => {
    await apply('alone', {});
    const [first] = (await untilReady('alone')).status?.containerStatuses ?? [];
    const filter = { labelSelector: { 'io.kubernetes.pod.name': 'alone' }, state: { state: 1 } };
    cluster.signal('api', 'SIGSTOP');
    try {
      await cluster.runtime.StopContainer({ containerId: first?.containerID?.replace(/^.*:\/\//, '') ?? '', timeout: 0 });
      await eventually(async () =>
        expect((await cluster.runtime.ListContainers({ filter })).containers).toEqual([
          expect.objectContaining({ metadata: { name: 'main', attempt: 1 } }),
        ]),
      );
    } finally {
      cluster.signal('api', 'SIGCONT');
    }
    await eventually(async () => expect(statusOf(await pod('alone'))).toMatchObject({ restartCount: 1, ready: true }));
    await cluster.kubectl(['delete', 'pod', 'alone']);
  });

  it('ends a pod sooner when it is deleted again with a shorter period', async () => {
    await apply('slow', { terminationGracePeriodSeconds: 600 });
    await untilReady('slow');
    await cluster.kubectl(['delete', 'pod', 'slow', '--wait=false']);
    await eventually(async () => expect((await eventsOf('slow')).join('\n')).toMatch(/Killing/));
    await cluster.kubectl(['delete', 'pod', 'slow', '--grace-period=1']);
    expect((await cluster.tryKubectl(['get', 'pod', 'slow'])).stderr).toMatch(/not found/);
  });

  it('ends all containers of a deleted pod at once, also while one of them is being restarted', async () => {
    const failing = { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 600 };
    const main = { image: IMAGE, command: ['sleep', '3600'] };
    await apply('busy', { containers: [{ ...main, name: 'failing', livenessProbe: failing }, { ...main, name: 'other' }] });
    await eventually(async () => expect((await eventsOf('busy')).join('\n')).toMatch(/Killing: Container failing failed liveness/));
    await cluster.kubectl(['delete', 'pod', 'busy', '--grace-period=2']);
    expect((await cluster.tryKubectl(['get', 'pod', 'busy'])).stderr).toMatch(/not found/);
  });

  it('runs an ephemeral container once, beside another whose processes it sees', async () => {
    await apply('looked-at', { restartPolicy: 'Never' });
    await untilReady('looked-at');
    const debug = (name: string): Promise<string> =>
      cluster.kubectl(['debug', 'looked-at', '--image', IMAGE, '--target=main', '--container', name, '--attach=false', '--', 'sh', '-c', 'cat /proc/1/cmdline; exit 3']);
    await debug('debugger');
    const statusNamed = async (name: string): Promise<corev1.ContainerStatus | undefined> =>
      (await pod('looked-at')).status?.ephemeralContainerStatuses?.find((status) => status.name === name);
    await eventually(async () =>
      expect(await statusNamed('debugger')).toMatchObject({ ready: false, restartCount: 0, state: { terminated: { exitCode: 3, reason: 'Error' } } }),
    );
    expect(await cluster.get('/containerLogs/default/looked-at/debugger')).toContain('sleep');
    await debug('second');
    await eventually(async () => expect((await statusNamed('second'))?.state?.terminated?.exitCode).toBe(3));
    expect(await statusNamed('debugger')).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 3 } } });
    expect(statusOf(await pod('looked-at'))).toMatchObject({ ready: true, restartCount: 0 });
    await cluster.kubectl(['delete', 'pod', 'looked-at', '--grace-period=1']);
  });

  it.each([
    [
      'a command that is not there',
      { containers: [{ name: 'main', image: IMAGE, command: ['/nope'] }] },
      'RunContainerError|CrashLoopBackOff',
      /Failed: Error: .*nope/,
    ],
    [
      'a ConfigMap that is not there',
      { containers: [{ name: 'main', image: IMAGE, envFrom: [{ configMapRef: { name: 'none' } }] }] },
      'CreateContainerConfigError',
      /Failed: Error: configmap "none" not found/,
    ],
    [
      'a volume that cannot be mounted',
      { volumes: [{ name: 'v', secret: { secretName: 'none' } }] },
      'ContainerCreating',
      /FailedMount: MountVolume.SetUp failed for volume "v" : secret "none" not found/,
    ],
  ])(
    'shows %s',
    async (_, spec, reason, event) => {
      await apply('bad', spec);
      await eventually(async () => {
        expect(statusOf(await pod('bad')).state?.waiting?.reason).toMatch(new RegExp(`^(${reason})$`));
        expect((await eventsOf('bad')).join('\n')).toMatch(event);
      });
      await cluster.kubectl(['delete', 'pod', 'bad']);
    },
    60_000,
  );

  it('keeps Secrets in memory for the group of the pod, and forgets a pod that was deleted while no kubelet ran', async () => {
    await cluster.kubectl(['create', 'secret', 'generic', 'hush', '--from-literal=password=123']);
    await apply('held', {
      securityContext: { runAsUser: 1000, runAsGroup: 1001, fsGroup: 2000 },
      containers: [{ name: 'main', image: IMAGE, command: ['sleep', '1000'], volumeMounts: [{ name: 's', mountPath: '/s' }] }],
      volumes: [{ name: 's', secret: { secretName: 'hush', defaultMode: 0o400 } }],
    });
    const { metadata } = await untilReady('held');
    expect(await exec('held', 'id -u; id -g; id -G; cat /s/password')).toBe('1000\n1001\n1001 2000\n123');
    const uid = metadata.uid ?? '';
    expect((await mountPoints()).filter((path) => path.includes(uid))).toHaveLength(1);
    await cluster.kill('kubelet');
    await cluster.kubectl(['delete', 'pod', 'held', '--force', '--grace-period=0']);
    await cluster.startKubelet();
    await eventually(async () => {
      expect(
        (await cluster.runtime.ListPodSandbox({ filter: { labelSelector: { 'io.kubernetes.pod.uid': uid } } })).items,
      ).toEqual([]);
      expect(existsSync(join(cluster.rootDir, 'pods', uid))).toBe(false);
    });
    expect((await mountPoints()).filter((path) => path.includes(uid))).toEqual([]);
  });

  it('makes the roots of volumes as upstream does, with and without a group', async () => {
    await cluster.kubectl(['create', 'configmap', 'conf', '--from-literal=key=1']);
    await cluster.kubectl(['create', 'secret', 'generic', 'conf', '--from-literal=key=1']);
    const field = { path: 'name', fieldRef: { fieldPath: 'metadata.name' } };
    const kinds: readonly (readonly [string, object, string, string])[] = [
      ['config', { configMap: { name: 'conf' } }, '777 0', '2777 2000'],
      ['secret', { secret: { secretName: 'conf' } }, '1777 0', '3777 2000'],
      ['downward', { downwardAPI: { items: [field] } }, '777 0', '2777 2000'],
      ['projected', { projected: { sources: [{ downwardAPI: { items: [field] } }] } }, '1777 0', '3777 2000'],
      ['disk', { emptyDir: {} }, '777 0', '2777 2000'],
      ['memory', { emptyDir: { medium: 'Memory' } }, '1777 0', '3777 2000'],
    ];
    const volumes = kinds.map(([name, source]) => ({ name, ...source }));
    const volumeMounts = kinds.map(([name]) => ({ name, mountPath: `/v/${name}` }));
    const containers = [{ name: 'main', image: IMAGE, command: ['sleep', '1000'], volumeMounts }];
    await apply('plain', { volumes, containers });
    await apply('grouped', { volumes, containers, securityContext: { fsGroup: 2000 } });
    for (const name of ['plain', 'grouped']) {
      await untilReady(name);
      const found = await exec(name, kinds.map(([kind]) => `stat -c '%a %g' /v/${kind}`).join(';'));
      expect(found.trim().split('\n')).toEqual(kinds.map(([, , plain, grouped]) => (name === 'plain' ? plain : grouped)));
    }
    await cluster.kubectl(['delete', 'pod', 'plain', 'grouped']);
  });

  it('serves logs, pods and statistics', async () => {
    await apply('talk', {
      containers: [
        { name: 'main', image: IMAGE, command: ['sh', '-c', 'for i in 1 2 3; do echo line $i; done; exec sleep 1000'] },
      ],
    });
    await untilReady('talk');
    expect(await cluster.get('/containerLogs/default/talk/main')).toBe('line 1\nline 2\nline 3\n');
    expect(await cluster.get('/containerLogs/default/talk/main?tailLines=1')).toBe('line 3\n');
    expect(await cluster.get('/containerLogs/default/talk/main?tailLines=2&limitBytes=8')).toBe('line 2\nl');
    expect(await cluster.get('/containerLogs/default/talk/main?tailLines=1&timestamps=true')).toMatch(/^\d{4}-\S+ line 3\n$/);
    expect(await cluster.kubectl(['logs', 'talk', '--tail=1'])).toBe('line 3\n');
    expect(await cluster.kubectl(['exec', '-i', 'talk', '--', 'cat'], 'to and fro')).toBe('to and fro');
    expect((await cluster.tryKubectl(['exec', 'talk', '--', 'sh', '-c', 'exit 7'])).code).toBe(7);
    expect(await cluster.get('/containerLogs/default/none/main')).toBe('pod "none" does not exist\n');
    expect(JSON.parse(await cluster.get('/pods')).items).toEqual(
      expect.arrayContaining([expect.objectContaining({ metadata: expect.objectContaining({ name: 'talk' }) })]),
    );
    const { node, pods }: Summary = JSON.parse(await cluster.get('/stats/summary'));
    expect(node.nodeName).toBe(NODE);
    expect(pods.find(({ podRef }) => podRef.name === 'talk')?.network).toMatchObject({ name: 'eth0', interfaces: [{ name: 'eth0' }] });
    const metrics = await cluster.get('/metrics/cadvisor');
    expect(metrics).toMatch(/^container_memory_working_set_bytes\{container="main",id="\/kubelet-test\/kubepods\/.*",namespace="default",pod="talk"\} [1-9]/m);
    expect(metrics).toMatch(/^container_network_receive_bytes_total\{container="".*,pod="talk",interface="eth0"\} [1-9]/m);
    expect(await cluster.get('/healthz')).toBe('ok');
    expect(await cluster.get('/metrics')).toContain('process_');
    await cluster.kubectl(['delete', 'pod', 'talk']);
  });

  it('says why an image cannot be had', async () => {
    await cluster.kubectl(['run', 'lost', '--image=127.0.0.1:1/none:v1', `--overrides={"spec":{"nodeName":"${NODE}"}}`]);
    await eventually(async () => {
      expect(statusOf(await pod('lost')).state?.waiting?.reason).toBe('ImagePullBackOff');
      expect((await eventsOf('lost')).join('\n')).toMatch(/Failed: Failed to pull image "127\.0\.0\.1:1\/none:v1": rpc error/);
    });
    expect((await pod('lost')).status?.phase).toBe('Pending');
    await cluster.kubectl(['delete', 'pod', 'lost']);
  });

  it('ends a pod that has done its work, and shows its last words', async () => {
    const command = ['sh', '-c', 'echo all done >/dev/termination-log; exit 3'];
    await cluster.kubectl([
      'run',
      'job',
      `--image=${IMAGE}`,
      '--restart=Never',
      `--overrides=${JSON.stringify({ spec: { nodeName: NODE, containers: [{ name: 'job', image: IMAGE, command }] } })}`,
    ]);
    await eventually(async () => {
      const ended = await pod('job');
      expect(ended.status?.phase).toBe('Failed');
      expect(statusOf(ended).state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error', message: 'all done\n' });
    });
    await cluster.kubectl(['delete', 'pod', 'job']);
  });

  describe('static pods', () => {
    const NAME = `web-${NODE}`;
    const path = (): string => join(cluster.manifests, 'web.yaml');
    const manifest = (spec: object = {}): string =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web' },
        spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: IMAGE, command: ['sleep', '1000'] }], ...spec },
      });

    async function containerIds(): Promise<string[]> {
      const { containers } = await cluster.runtime.ListContainers({
        filter: { labelSelector: { 'io.kubernetes.pod.name': NAME }, state: { state: 1 } },
      });
      return containers.map(({ id }) => id);
    }

    const untilGone = (): Promise<void> =>
      eventually(async () => {
        expect((await cluster.tryKubectl(['get', 'pod', NAME])).stderr).toMatch(/not found/);
        const { items } = await cluster.runtime.ListPodSandbox({ filter: { labelSelector: { 'io.kubernetes.pod.name': NAME } } });
        expect(items).toEqual([]);
      });

    it('runs the pod of a file and shows it in the API, again and again where its mirror is deleted', async () => {
      writeFileSync(path(), manifest());
      const mirror = await untilReady(NAME);
      const annotations = mirror.metadata.annotations ?? {};
      const hash = annotations['kubernetes.io/config.hash'];
      expect(annotations).toMatchObject({ 'kubernetes.io/config.source': 'file', 'kubernetes.io/config.mirror': hash, 'kubernetes.io/config.seen': expect.any(String) });
      expect(mirror.metadata.ownerReferences).toEqual([expect.objectContaining({ kind: 'Node', name: NODE, controller: true })]);
      expect(mirror.status?.podIP).toMatch(/^10\.251\.9\./);
      const [id] = await containerIds();
      // kubectl looks for the pod, and then follows it: if it has gone and come again in between, kubectl waits for ever for it to go.
      await cluster.kubectl(['delete', 'pod', NAME, '--wait=false']);
      await eventually(async () => expect((await pod(NAME)).metadata.uid).not.toBe(mirror.metadata.uid));
      const again = await untilReady(NAME);
      expect(again.metadata.uid).not.toBe(mirror.metadata.uid);
      expect(again.status?.startTime).toBe(mirror.status?.startTime);
      expect(await containerIds()).toEqual([id]);
      expect(await cluster.kubectl(['exec', NAME, '--', 'hostname'])).toBe(`${NAME}\n`);
      expect(JSON.parse(await cluster.get('/pods')).items.map((item: corev1.Pod) => [item.metadata.name, item.metadata.uid])).toContainEqual([NAME, hash]);
    });

    it('outlives the kubelet, also while no API server answers', async () => {
      const [id] = await containerIds();
      await cluster.kill('kubelet');
      cluster.signal('api', 'SIGSTOP');
      try {
        await cluster.startKubelet();
        await cluster.runtime.StopContainer({ containerId: id ?? '', timeout: 0 });
        await eventually(async () => expect(await containerIds()).toHaveLength(1));
      } finally {
        cluster.signal('api', 'SIGCONT');
      }
      await eventually(async () => expect(statusOf(await pod(NAME))).toMatchObject({ ready: true, restartCount: 1 }));
    });

    it('is another pod when its file changes, the same when the file is put back, and gone with the file', async () => {
      const before = await pod(NAME);
      writeFileSync(path(), manifest({ hostNetwork: true }));
      await eventually(async () => expect((await pod(NAME)).spec?.hostNetwork).toBe(true));
      const after = await untilReady(NAME);
      expect(after.metadata.annotations?.['kubernetes.io/config.hash']).not.toBe(before.metadata.annotations?.['kubernetes.io/config.hash']);
      expect(after.status?.podIP).toBe('127.0.0.1');
      const aside = join(cluster.folder, 'aside');
      renameSync(path(), aside);
      // The old one is still being ended when it comes again.
      await eventually(async () => expect((await eventsOf(NAME)).join('\n')).toMatch(/Killing/));
      renameSync(aside, path());
      await untilReady(NAME);
      expect(await containerIds()).toHaveLength(1);
      rmSync(path());
      await untilGone();
    });

    it('runs without an API server, in a kubelet of its own', async () => {
      await cluster.kill('kubelet');
      await cluster.startKubelet(true);
      writeFileSync(path(), manifest());
      await eventually(async () => {
        const { items }: { items: corev1.Pod[] } = JSON.parse(await cluster.get('/pods'));
        expect(items.map(({ metadata, status }) => [metadata.name, status?.phase, status?.containerStatuses?.[0]?.ready])).toEqual([[NAME, 'Running', true]]);
      });
      await cluster.kill('kubelet');
      await cluster.startKubelet();
      await untilReady(NAME);
      rmSync(path());
      await untilGone();
    });

    it('makes room for itself where other pods have taken all', async () => {
      const [{ status }]: [corev1.Node] = [JSON.parse(await cluster.kubectl(['get', 'node', NODE, '-o', 'json']))];
      const cpu = status?.allocatable?.['cpu'] ?? '';
      const asking = (name: string, requests: object): object => ({ containers: [{ name, image: IMAGE, command: ['sleep', '1000'], resources: { requests } }] });
      await apply('filler', asking('main', { cpu }));
      await untilReady('filler');
      writeFileSync(path(), manifest(asking('main', { cpu: '500m' })));
      await untilReady(NAME);
      const { status: preempted } = await pod('filler');
      expect(preempted).toMatchObject({ phase: 'Failed', reason: 'Preempting', message: 'Preempted in order to admit critical pod' });
      expect(preempted?.conditions).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }));
      rmSync(path());
      await untilGone();
      await cluster.kubectl(['delete', 'pod', 'filler']);
    });
  });

  it('refuses pods that it has no room for, or that are for others', async () => {
    const containers = (requests: object, hostPort?: number): object => ({
      containers: [{ name: 'main', image: IMAGE, command: ['sleep', '1000'], resources: { requests }, ...(hostPort && { ports: [{ containerPort: 80, hostPort }] }) }],
    });
    await apply('first', containers({ cpu: '100m' }, 18_099));
    await untilReady('first');
    await apply('large', containers({ cpu: '1000' }));
    await apply('second', containers({}, 18_099));
    await apply('elsewhere', { nodeSelector: { zone: 'nowhere' } });
    const refused = async (name: string): Promise<unknown> => {
      const { status } = await pod(name);
      return [status?.phase, status?.reason, status?.message, status?.containerStatuses];
    };
    const capacity = Number(await cluster.kubectl(['get', 'node', NODE, '-o', 'jsonpath={.status.allocatable.cpu}'])) * 1000;
    await eventually(async () => {
      expect(await refused('large')).toEqual(['Failed', 'OutOfcpu', `Pod was rejected: Node didn't have enough resource: cpu, requested: 1000000, used: 100, capacity: ${capacity}`, undefined]);
      expect(await refused('second')).toEqual(['Failed', 'NodePorts', "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports", undefined]);
      expect(await refused('elsewhere')).toEqual(['Failed', 'NodeAffinity', "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector", undefined]);
    });
    await cluster.kubectl(['delete', 'pod', 'first', 'large', 'second', 'elsewhere']);
  });
});
