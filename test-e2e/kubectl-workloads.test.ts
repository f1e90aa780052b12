import { Kubectl, KUBECTL_VERSIONS } from './support/kubectl';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
let server: ServerProcess;
beforeAll(async () => {
  server = await scope.server();
});

const LABELS = { app: 'web' };
const TEMPLATE = { metadata: { labels: LABELS }, spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] } };

function workload(kind: string, fields: object = {}): object {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: LABELS }, template: TEMPLATE, ...fields },
  };
}

describe.each(KUBECTL_VERSIONS)('kubectl %s on workloads', (version) => {
  let kubectl: Kubectl;
  beforeEach(async () => {
    kubectl = new Kubectl(version, server, await scope.namespace(server));
  });

  it('scales through the scale subresource, on a condition if asked', async () => {
    await kubectl.send('create', workload('Deployment', { replicas: 1 }));
    expect(await kubectl.ok(['scale', 'deploy', 'web', '--replicas=3'])).toBe('deployment.apps/web scaled\n');
    expect(await kubectl.jsonpath('{.spec.replicas} {.metadata.generation}', 'deploy', 'web')).toBe('3 2');
    expect(await kubectl.fails(['scale', 'deploy', 'web', '--current-replicas=2', '--replicas=5'])).toContain(
      'Expected replicas to be 2, was 3',
    );
    expect(await kubectl.json('deploy', 'web', '--subresource=scale')).toMatchObject({
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      spec: { replicas: 3 },
      status: { replicas: 0, selector: 'app=web' },
    });
    await kubectl.send('create', workload('StatefulSet', { serviceName: 'web' }));
    await kubectl.ok(['scale', 'sts/web', '--replicas=2']);
    expect(await kubectl.jsonpath('{.spec.replicas}', 'sts', 'web')).toBe('2');
  });

  it('sets images, variables, resources and service accounts', async () => {
    await kubectl.send('create', workload('Deployment'));
    expect(await kubectl.ok(['set', 'image', 'deploy/web', 'main=nginx:1.28'])).toBe('deployment.apps/web image updated\n');
    await kubectl.ok(['set', 'env', 'deploy/web', 'COLOR=red']);
    await kubectl.ok(['set', 'resources', 'deploy/web', '--limits=cpu=1500m,memory=1024Mi']);
    await kubectl.ok(['set', 'serviceaccount', 'deploy/web', 'runner']);
    const path = '{.spec.template.spec.containers[0]}{.spec.template.spec.serviceAccountName}';
    const [, container = '', account] = /^(\{.*\})(\w+)$/.exec(await kubectl.jsonpath(path, 'deploy', 'web')) ?? [];
    expect(JSON.parse(container)).toMatchObject({
      image: 'nginx:1.28',
      env: [{ name: 'COLOR', value: 'red' }],
      resources: { limits: { cpu: '1500m', memory: '1Gi' } },
    });
    expect(account).toBe('runner');
    expect(await kubectl.jsonpath('{.metadata.generation}', 'deploy', 'web')).toBe('5');
  });

  it('shows the history of a rollout, pauses, resumes and restarts it', async () => {
    await kubectl.send('create', workload('Deployment'));
    const { metadata } = await kubectl.json('deploy', 'web');
    const revision = (number: string, image: string): object => ({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `web-${number}`,
        labels: { ...LABELS, 'pod-template-hash': `h${number}` },
        annotations: { 'deployment.kubernetes.io/revision': number, 'kubernetes.io/change-cause': `because of ${image}` },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: metadata.uid, controller: true }],
      },
      spec: {
        selector: { matchLabels: { ...LABELS, 'pod-template-hash': `h${number}` } },
        template: {
          metadata: { labels: { ...LABELS, 'pod-template-hash': `h${number}` } },
          spec: { containers: [{ name: 'main', image }] },
        },
      },
    });
    await kubectl.send('create', [revision('1', 'nginx:1.26'), revision('2', 'nginx:1.27')]);
    expect(await kubectl.ok(['rollout', 'history', 'deploy/web'])).toMatch(
      /^deployment\.apps\/web *\nREVISION +CHANGE-CAUSE\n1 +because of nginx:1\.26\n2 +because of nginx:1\.27\n/,
    );
    expect(await kubectl.ok(['rollout', 'history', 'deploy/web', '--revision=1'])).toMatch(/Image:\s+nginx:1\.26/);
    expect(await kubectl.ok(['rollout', 'undo', 'deploy/web', '--to-revision=1'])).toBe('deployment.apps/web rolled back\n');
    expect(await kubectl.jsonpath('{.spec.template.spec.containers[0].image}', 'deploy', 'web')).toBe('nginx:1.26');
    expect(await kubectl.ok(['rollout', 'pause', 'deploy/web'])).toBe('deployment.apps/web paused\n');
    expect(await kubectl.jsonpath('{.spec.paused}', 'deploy', 'web')).toBe('true');
    expect(await kubectl.ok(['rollout', 'resume', 'deploy/web'])).toBe('deployment.apps/web resumed\n');
    expect(await kubectl.ok(['rollout', 'restart', 'deploy/web'])).toBe('deployment.apps/web restarted\n');
    expect(await kubectl.jsonpath('{.spec.template.metadata.annotations}', 'deploy', 'web')).toContain(
      'kubectl.kubernetes.io/restartedAt',
    );
  });

  it('shows the history of daemon sets from controller revisions', async () => {
    await kubectl.send('create', workload('DaemonSet'));
    const { metadata } = await kubectl.json('ds', 'web');
    await kubectl.send('create', {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: 'web-1',
        labels: LABELS,
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'web', uid: metadata.uid, controller: true }],
      },
      revision: 1,
      data: { spec: { template: { ...TEMPLATE, $patch: 'replace' } } },
    });
    expect(await kubectl.ok(['rollout', 'history', 'ds/web'])).toMatch(/REVISION +CHANGE-CAUSE\n1 +<none>\n/);
  });

  it('waits for the status of a rollout', async () => {
    await kubectl.send('create', workload('Deployment', { replicas: 1 }));
    const rollout = scope.running(kubectl.start(['rollout', 'status', 'deploy/web', '--timeout=120s']));
    await rollout.waitFor(/Waiting for deployment/);
    const status = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
    await kubectl.ok(['patch', 'deploy', 'web', '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]);
    await rollout.waitFor(/deployment "web" successfully rolled out/);
    expect(await rollout.exit).toBe(0);
    expect(await kubectl.ok(['get', 'deploy', 'web'])).toMatch(
      /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +1\/1 +1 +1 +\d+s\n$/,
    );
  });

  it('exposes a deployment and a pod', async () => {
    await kubectl.send('create', workload('Deployment'));
    expect(await kubectl.ok(['expose', 'deploy', 'web', '--port=80', '--target-port=8080'])).toBe('service/web exposed\n');
    const service = await kubectl.json('svc', 'web');
    expect(service.spec).toMatchObject({
      type: 'ClusterIP',
      selector: LABELS,
      ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    expect(service.spec?.clusterIP).toMatch(/^10\.0\.0\.\d+$/);
    expect(await kubectl.ok(['get', 'svc', 'web'])).toMatch(
      /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nweb +ClusterIP +10\.0\.0\.\d+ +<none> +80\/TCP +\d+s\n$/,
    );
    await kubectl.ok(['expose', 'deploy', 'web', '--name=nodeport', '--type=NodePort', '--port=80']);
    expect(Number(await kubectl.jsonpath('{.spec.ports[0].nodePort}', 'svc', 'nodeport'))).toBeGreaterThanOrEqual(30000);
  });

  it('autoscales', async () => {
    await kubectl.send('create', workload('Deployment'));
    expect(
      await kubectl.ok([
        'autoscale',
        'deploy',
        'web',
        '--min=2',
        '--max=5',
        ...(version === '1.27' ? ['--cpu-percent=80'] : ['--cpu=80%']),
      ]),
    ).toBe('horizontalpodautoscaler.autoscaling/web autoscaled\n');
    expect(await kubectl.ok(['get', 'hpa', 'web'])).toMatch(/^web +Deployment\/web +(cpu: )?<unknown>\/80% +2 +5 +0 +\d+s$/m);
  });

  it('runs a pod, and shows and deletes it', async () => {
    expect(
      await kubectl.ok(['run', 'shell', '--image=busybox', '--restart=Never', '--labels=app=shell', '--', 'sleep', '1d']),
    ).toBe('pod/shell created\n');
    expect(await kubectl.jsonpath('{.spec.containers[0].args}', 'pod', 'shell')).toBe('["sleep","1d"]');
    expect(await kubectl.ok(['get', 'pods', '-o', 'wide'])).toMatch(
      /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\nshell +0\/1 +Pending +0 +\d+s +<none> +<none> +<none> +<none>\n$/,
    );
    const { code, stdout, stderr } = await kubectl.run(['delete', 'pod', 'shell', '--grace-period=0', '--force']);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pod "shell" force deleted/) });
    expect(stderr).toContain(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated.',
    );
    expect(await kubectl.ok(['get', 'pods', '-o', 'name'])).toBe('');
  });

  it('leaves a scheduled pod to its kubelet for the grace period, unless forced', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { nodeName: 'n1', containers: TEMPLATE.spec.containers },
    };
    await kubectl.send('create', pod);
    await kubectl.ok(['delete', 'pod', 'web', '--wait=false', '--grace-period=20']);
    expect(await kubectl.ok(['get', 'pod', 'web'])).toMatch(/^web +0\/1 +Terminating +0/m);
    expect(await kubectl.jsonpath('{.metadata.deletionGracePeriodSeconds}', 'pod', 'web')).toBe('20');
    await kubectl.ok(['delete', 'pod', 'web', '--grace-period=0', '--force']);
    expect(await kubectl.fails(['get', 'pod', 'web'])).toContain('NotFound');
  });

  it('cordons, taints and drains a node', async () => {
    const node = `n-${version.replace('.', '')}`;
    await kubectl.send('create', { apiVersion: 'v1', kind: 'Node', metadata: { name: node } });
    expect(await kubectl.ok(['cordon', node])).toBe(`node/${node} cordoned\n`);
    expect(await kubectl.ok(['get', 'node', node])).toMatch(
      /^NAME +STATUS +ROLES +AGE +VERSION\n\S+ +Unknown,SchedulingDisabled +<none> +\d+s/,
    );
    expect(await kubectl.ok(['uncordon', node])).toBe(`node/${node} uncordoned\n`);
    expect(await kubectl.ok(['taint', 'node', node, 'dedicated=db:NoSchedule'])).toBe(`node/${node} tainted\n`);
    expect(await kubectl.jsonpath('{.spec.taints}', 'node', node)).toBe(
      '[{"effect":"NoSchedule","key":"dedicated","value":"db"}]',
    );
    expect(await kubectl.fails(['taint', 'node', node, 'dedicated=web:NoSchedule'])).toContain(
      'already has dedicated taint(s) with same effect(s)',
    );
    expect(await kubectl.ok(['taint', 'node', node, 'dedicated-'])).toBe(`node/${node} untainted\n`);
    await kubectl.ok(['label', 'node', node, 'node-role.kubernetes.io/worker=']);
    expect(await kubectl.ok(['get', 'node', node])).toMatch(/^\S+ +Unknown +worker +/m);
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'guest' },
      spec: { nodeName: node, containers: TEMPLATE.spec.containers },
    };
    await kubectl.send('create', pod);
    // Evicted with no grace left, the pod goes at once: there is no kubelet here that would end it.
    const drained = await kubectl.ok(['drain', node, '--force', '--grace-period=0', '--timeout=120s']);
    expect(drained).toMatch(/pod\/guest evicted|pod "guest" force deleted|pod\/guest deleted/);
    expect(drained).toContain(`node/${node} drained`);
    expect(await kubectl.ok(['get', 'pods', '-o', 'name'])).toBe('');
    await kubectl.ok(['delete', 'node', node]);
  });

  it('asks who may do what', async () => {
    expect(await kubectl.ok(['auth', 'can-i', 'create', 'pods'])).toBe('yes\n');
    expect(await kubectl.ok(['auth', 'can-i', '--list'])).toContain('Resources');
    // The oldest one asks for alpha and beta versions of the review, which no server of today has.
    const who = await kubectl.run(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}']);
    if (version === '1.27') expect(who.stderr).toContain('the selfsubjectreviews API is not enabled in the cluster');
    else expect(who).toEqual({ code: 0, stdout: 'kubernetes-admin', stderr: '' });
  });
});
