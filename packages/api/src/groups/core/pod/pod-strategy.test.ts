import { context, firstContainer, messagesOf, podWith } from '../../../testing/workloads';
import type { corev1 } from '../../../types';
import { ephemeralContainersStrategy, resizeStrategy, statusStrategy, strategy } from './strategy';

type Pod = ReturnType<typeof podWith>;

describe('creating a pod', () => {
  it.each<[string, (spec: corev1.PodSpec) => void, corev1.PodStatus]>([
    ['best effort', () => {}, { phase: 'Pending', qosClass: 'BestEffort' }],
    [
      'burstable',
      (s) => void (firstContainer(s).resources = { requests: { cpu: '1' } }),
      { phase: 'Pending', qosClass: 'Burstable' },
    ],
    [
      'guaranteed',
      (s) => void (firstContainer(s).resources = { limits: { cpu: '1', memory: '1Gi' } }),
      { phase: 'Pending', qosClass: 'Guaranteed' },
    ],
  ])('starts a %s pod as pending', (_, change, expected) => {
    const pod = podWith(change);
    pod.status = { phase: 'Running' };
    strategy.prepareForCreate?.(pod, context);
    expect(pod.status).toEqual(expected);
  });

  it('marks a gated pod as not schedulable', () => {
    const pod = podWith((spec) => void (spec.schedulingGates = [{ name: 'wait' }]));
    strategy.prepareForCreate?.(pod, context);
    expect(pod.status?.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ]);
  });

  it('turns label keys into requirements', () => {
    const pod = podWith((spec) => {
      const term = { topologyKey: 'zone', labelSelector: {}, matchLabelKeys: ['v'], mismatchLabelKeys: ['team', 'absent'] };
      spec.affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    });
    pod.metadata.labels = { v: '1', team: 'a' };
    strategy.prepareForCreate?.(pod, context);
    expect(pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]?.labelSelector).toEqual({
      matchExpressions: [
        { key: 'v', operator: 'In', values: ['1'] },
        { key: 'team', operator: 'NotIn', values: ['a'] },
      ],
    });
  });

  it.each<[string, (pod: Pod) => void, string[]]>([
    [
      'ephemeral containers',
      (p) => void (p.spec.ephemeralContainers = [{ ...firstContainer(podWith().spec), name: 'debug', resources: {} }]),
      ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
    ],
    [
      'a node before its gates are gone',
      (p) => void Object.assign(p.spec, { nodeName: 'n', schedulingGates: [{ name: 'a' }] }),
      ['spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared'],
    ],
    [
      'a padded image',
      (p) => void (firstContainer(p.spec).image = ' a'),
      ['spec.containers[0].image: Invalid value: " a": must not have leading or trailing whitespace'],
    ],
    [
      'a deletion cost that is no number',
      (p) => void (p.metadata.annotations = { 'controller.kubernetes.io/pod-deletion-cost': '1.5' }),
      ['metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "1.5": must be a 32bit integer'],
    ],
  ])('refuses %s', (_, change, expected) => {
    const pod = podWith();
    change(pod);
    expect(messagesOf(strategy.validate?.(pod, context))).toEqual(expected);
  });

  it('warns', () => {
    const pod = podWith((spec) => {
      spec.nodeSelector = { 'beta.kubernetes.io/os': 'linux' };
      firstContainer(spec).env = [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
        { name: 'A', value: '$(A)3' },
      ];
      firstContainer(spec).ports = [{ containerPort: 80 }, { containerPort: 80, hostPort: 80 }];
      spec.volumes = [{ name: 'v', gitRepo: { repository: 'r' } }];
    });
    pod.metadata.name = 'web.1';
    expect(strategy.warningsOnCreate?.(pod)).toEqual([
      expect.stringContaining("metadata.name: this is used in the Pod's hostname"),
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      'spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+',
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
      'spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]',
    ]);
  });
});

describe('updating a pod', () => {
  const update = (change: (pod: Pod) => void, before: (spec: corev1.PodSpec) => void = () => {}): string[] => {
    const pod = podWith(before);
    change(pod);
    return messagesOf(strategy.validateUpdate?.(pod, podWith(before), context));
  };

  it.each<[string, (pod: Pod) => void]>([
    ['image', (p) => void (firstContainer(p.spec).image = 'nginx:2')],
    ['deadline', (p) => void (p.spec.activeDeadlineSeconds = 5)],
    ['further toleration', (p) => void (p.spec.tolerations = [{ key: 'a', operator: 'Exists' }])],
    ['labels', (p) => void (p.metadata.labels = { a: 'b' })],
  ])('lets the %s change', (_, change) => {
    expect(update(change)).toEqual([]);
  });

  it('takes a pod that was stored without the old name of its account for what it is', () => {
    const stored = (spec: corev1.PodSpec): void => {
      spec.serviceAccountName = 'default';
      delete spec.serviceAccount;
    };
    const labelled = (account: string) => (pod: Pod) => {
      pod.metadata.labels = { a: 'b' };
      pod.spec.serviceAccount = account;
    };
    expect(update(labelled('default'), stored)).toEqual([]);
    expect(update(labelled('other'), stored)).toHaveLength(1);
  });

  it('says which fields may change, and what did', () => {
    expect(update((pod) => void (pod.spec.nodeName = 'n1'))).toEqual([
      'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
        '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` ' +
        '(allow it to be set to 1 if it was previously negative)\n  core.PodSpec{\n  \t... // 7 identical fields\n+ \tnodeName: "n1",\n  }\n',
    ]);
  });

  it('refuses other containers, longer deadlines and fewer tolerations', () => {
    expect(update((pod) => void pod.spec.containers.push({ ...firstContainer(pod.spec), name: 'b' }))).toEqual([
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ]);
    expect(
      update(
        (pod) => void (pod.spec.activeDeadlineSeconds = 9),
        (spec) => void (spec.activeDeadlineSeconds = 5),
      ),
    ).toEqual(['spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to previous value']);
    expect(
      update(
        (pod) => void (pod.spec.tolerations = []),
        (spec) => void (spec.tolerations = [{ operator: 'Exists' }]),
      ),
    ).toEqual(['spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds']);
  });

  it('lets a gated pod be narrowed, and gates only go', () => {
    const gated = (spec: corev1.PodSpec): void => void (spec.schedulingGates = [{ name: 'a' }]);
    expect(update((pod) => void (pod.spec.nodeSelector = { disk: 'ssd' }), gated)).toEqual([]);
    expect(update((pod) => void (pod.spec.schedulingGates = []), gated)).toEqual([]);
    expect(update((pod) => void pod.spec.schedulingGates?.push({ name: 'b' }), gated)).toEqual([
      "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'",
    ]);
  });
});

describe('the grace period of a delete', () => {
  it.each<[string, Partial<corev1.PodSpec>, corev1.PodStatus, number | undefined, number]>([
    ['runs nowhere', {}, {}, 20, 0],
    ['runs', { nodeName: 'n' }, { phase: 'Running' }, undefined, 30],
    ['runs, and the request says', { nodeName: 'n' }, { phase: 'Running' }, 5, 5],
    ['has ended', { nodeName: 'n' }, { phase: 'Succeeded' }, 5, 0],
    ['has a negative period', { nodeName: 'n', terminationGracePeriodSeconds: -1 }, {}, undefined, 1],
  ])('of a pod that %s', (_, spec, status, requested, expected) => {
    const pod = podWith((fields) => void Object.assign(fields, spec));
    pod.status = status;
    expect(strategy.gracePeriodSeconds?.(pod, requested)).toBe(expected);
  });
});

describe('the status of a pod', () => {
  it('keeps spec and owners', () => {
    const old = podWith();
    const pod = podWith((spec) => void (spec.nodeName = 'n'));
    pod.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'y' }];
    statusStrategy.prepareForUpdate?.(pod, old, context);
    expect(pod.spec).toEqual(old.spec);
    expect(pod.metadata.ownerReferences).toBeUndefined();
  });

  it('keeps the class of quality and the generation seen where they are left out', () => {
    const old = podWith();
    old.status = { qosClass: 'Burstable', observedGeneration: 2 };
    const pod = podWith();
    pod.status = { phase: 'Failed' };
    statusStrategy.prepareForUpdate?.(pod, old, context);
    expect(pod.status).toEqual({ phase: 'Failed', qosClass: 'Burstable', observedGeneration: 2 });
  });

  it.each<[corev1.PodStatus, corev1.PodStatus, string[]]>([
    [{ qosClass: 'Burstable' }, { qosClass: 'BestEffort' }, ['status.qosClass: Invalid value: "Burstable": field is immutable']],
    [
      { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] },
      {},
      ['status.podIPs: Invalid value: [{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]: may specify no more than one IP for each IP family'],
    ],
    [
      { hostIP: '1.1.1.1', hostIPs: [{ ip: '1.1.1.2' }] },
      {},
      ['status.hostIPs[0].ip: Invalid value: "1.1.1.2": must be equal to `hostIP`'],
    ],
  ])('refuses %j', (status, before, expected) => {
    const [pod, old] = [podWith(), podWith()];
    Object.assign(pod, { status });
    Object.assign(old, { status: before });
    expect(messagesOf(statusStrategy.validateUpdate?.(pod, old, context))).toEqual(expected);
  });

  it('does not bring a container back to life', () => {
    const container = { name: 'app', image: 'a', imageID: '', ready: false, restartCount: 0 };
    const [pod, old] = [podWith((s) => void (s.restartPolicy = 'Never')), podWith((s) => void (s.restartPolicy = 'Never'))];
    old.status = { containerStatuses: [{ ...container, state: { terminated: { exitCode: 0 } } }] };
    pod.status = { containerStatuses: [{ ...container, state: { running: {} } }] };
    expect(messagesOf(statusStrategy.validateUpdate?.(pod, old, context))).toEqual([
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ]);
  });

  it('brings every container back to life where the end of another may restart them all', () => {
    const container = { name: 'app', image: 'a', imageID: '', ready: false, restartCount: 0 };
    const rules = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }];
    const asWhole = () =>
      podWith((s) => {
        s.restartPolicy = 'Never';
        s.containers = [...(s.containers ?? []), { name: 'watch', image: 'a', restartPolicy: 'Never', restartPolicyRules: rules }];
      });
    const [pod, old] = [asWhole(), asWhole()];
    old.status = { containerStatuses: [{ ...container, state: { terminated: { exitCode: 137 } } }] };
    pod.status = { containerStatuses: [{ ...container, state: { running: {} } }] };
    expect(statusStrategy.validateUpdate?.(pod, old, context)).toEqual([]);
  });
});

describe('ephemeral containers', () => {
  const debug = (fields: Partial<corev1.EphemeralContainer> = {}): corev1.EphemeralContainer => ({
    name: 'debug',
    image: 'busybox',
    imagePullPolicy: 'Always',
    terminationMessagePolicy: 'File',
    ...fields,
  });
  const attempt = (now: corev1.EphemeralContainer[], before: corev1.EphemeralContainer[] = []): string[] => {
    const [pod, old] = [podWith(), podWith()];
    pod.spec = { ...pod.spec, nodeName: 'elsewhere', ephemeralContainers: now };
    old.spec = { ...old.spec, ephemeralContainers: before };
    ephemeralContainersStrategy.prepareForUpdate?.(pod, old, context);
    expect(pod.spec.nodeName).toBeUndefined();
    return messagesOf(ephemeralContainersStrategy.validateUpdate?.(pod, old, context));
  };

  it.each<[string, corev1.EphemeralContainer[], corev1.EphemeralContainer[], string[]]>([
    ['lets one be added', [debug()], [], []],
    [
      'keeps those that are there',
      [],
      [debug()],
      ['spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n'],
    ],
    ['refuses a name of another', [debug({ name: 'app' })], [], ['spec.ephemeralContainers[0].name: Duplicate value: "app"']],
    [
      'refuses ports',
      [debug({ ports: [{ containerPort: 1, protocol: 'TCP' }] })],
      [],
      ['spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container'],
    ],
    [
      'refuses an unknown target',
      [debug({ targetContainerName: 'x' })],
      [],
      ['spec.ephemeralContainers[0].targetContainerName: Not found: "x"'],
    ],
  ])('%s', (_, now, before, expected) => {
    expect(attempt(now, before)).toEqual(expected);
  });
});

describe('resizing', () => {
  const resize = (resources: corev1.ResourceRequirements, before: corev1.ResourceRequirements): string[] => {
    const pod = podWith((spec) => void (firstContainer(spec).resources = resources));
    const old = podWith((spec) => void (firstContainer(spec).resources = before));
    strategy.prepareForCreate?.(old, context);
    pod.spec.nodeName = 'elsewhere';
    resizeStrategy.prepareForUpdate?.(pod, old, context);
    return messagesOf(resizeStrategy.validateUpdate?.(pod, old, context));
  };

  it.each<[string, corev1.ResourceRequirements, corev1.ResourceRequirements, string[]]>([
    ['changes cpu and memory', { requests: { cpu: '2', memory: '2Gi' } }, { requests: { cpu: '1', memory: '1Gi' } }, []],
    [
      'keeps the class',
      { limits: { cpu: '1', memory: '1Gi' } },
      { requests: { cpu: '1', memory: '1Gi' } },
      ['spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing'],
    ],
    [
      'removes nothing',
      { requests: { cpu: '1' } },
      { requests: { cpu: '1', memory: '1Gi' } },
      ['spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed'],
    ],
    [
      'leaves other resources',
      { requests: { cpu: '1', 'ephemeral-storage': '2Gi' } },
      { requests: { cpu: '1', 'ephemeral-storage': '1Gi' } },
      ['spec: Forbidden: only cpu and memory resources are mutable'],
    ],
  ])('%s', (_, now, before, expected) => {
    expect(resize(now, before)).toEqual(expected);
  });
});
