import { MetricsRegistry } from '@typekube/component-base';
import type { corev1 } from '@typekube/api';
import { objectsFrom, type PluginOutcome, runPlugin } from '../../testing';
import type { AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { admissionMetrics } from '../metrics';
import { warningsForPods } from '../pod-security/existing-pods';
import { preparePodSecurity } from './pod-security';

type Labels = Record<string, string>;

const PREFIX = 'pod-security.kubernetes.io/';

const labels = (modes: Labels): Labels => Object.fromEntries(Object.entries(modes).map(([mode, value]) => [PREFIX + mode, value]));
const namespace = (modes: Labels): object => ({ kind: 'Namespace', metadata: { name: 'default', labels: labels(modes) } });
const pod = (spec: object = {}, metadata: object = {}): object => ({
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'a', image: 'i' }], ...spec },
});
const container = (securityContext: object, rest: object = {}): object => ({ containers: [{ name: 'a', image: 'i', securityContext, ...rest }] });

async function start(objects: object[], configuration?: object, more: Partial<AdmissionDependencies> = {}): Promise<AdmissionPlugin> {
  const head = { apiVersion: 'pod-security.admission.config.k8s.io/v1', kind: 'PodSecurityConfiguration' };
  const flags = { defaultNotReadyTolerationSeconds: 300, defaultUnreachableTolerationSeconds: 300 };
  const make = await preparePodSecurity({ configuration: configuration && JSON.stringify({ ...head, ...configuration }), flags, folder: '.' });
  return make({ ...objectsFrom(...objects), ...more } as AdmissionDependencies);
}

async function create(modes: Labels, object: object): Promise<PluginOutcome> {
  return runPlugin(await start([namespace(modes)]), { plural: 'pods', object });
}

const SAFE = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  ...container({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }),
  volumes: [{ name: 'v', emptyDir: {} }],
};

it.each<[string, string, object]>([
  ['privileged', 'privileged', pod({ hostNetwork: true, ...container({ privileged: true }) })],
  ['baseline', 'baseline', pod()],
  ['restricted', 'restricted', pod(SAFE)],
  ['of Windows', 'restricted', pod({ os: { name: 'windows' }, securityContext: { runAsNonRoot: true } })],
])('lets a pod that is %s pass', async (_what, enforce, object) => {
  expect((await create({ enforce }, object)).refusal).toBeUndefined();
});

/** A pod that is root in a user namespace of its own, and sees all of its /proc. */
const ROOT_OF_ITS_OWN = {
  ...SAFE,
  hostUsers: false,
  securityContext: { runAsUser: 0, runAsNonRoot: false, seccompProfile: { type: 'RuntimeDefault' } },
};
const UNMASKED = { hostUsers: false, ...container({ procMount: 'Unmasked', allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }) };
const UNMASKED_TEXT = 'procMount (container "a" must not set securityContext.procMount to "Unmasked")';

it.each<[enforce: string, version: string, spec: object, problem: string | undefined]>([
  ['restricted', 'latest', ROOT_OF_ITS_OWN, undefined],
  ['restricted', 'v1.35', ROOT_OF_ITS_OWN, undefined],
  ['restricted', 'v1.34', ROOT_OF_ITS_OWN, 'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod must not set runAsUser=0)'],
  ['restricted', 'latest', { ...ROOT_OF_ITS_OWN, hostUsers: true }, 'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod must not set runAsUser=0)'],
  ['baseline', 'latest', UNMASKED, undefined],
  ['baseline', 'v1.34', UNMASKED, UNMASKED_TEXT],
  ['restricted', 'latest', { ...UNMASKED, securityContext: ROOT_OF_ITS_OWN.securityContext }, UNMASKED_TEXT],
])('at %s:%s a user namespace of its own makes a difference', async (enforce, version, spec, problem) => {
  const { refusal } = await create({ enforce, 'enforce-version': version }, pod(spec));
  expect(refusal).toBe(problem && `pods "p" is forbidden: violates PodSecurity "${enforce}:${version}": ${problem}`);
});

it.each<[string, object, object, string]>([
  ['namespaces of the host', { hostPID: true, hostNetwork: true }, {}, 'host namespaces (hostNetwork=true, hostPID=true)'],
  ['privilege', container({ privileged: true }), {}, 'privileged (container "a" must not set securityContext.privileged=true)'],
  [
    'capabilities',
    container({ capabilities: { add: ['NET_ADMIN', 'CHOWN', 'BPF'] } }),
    {},
    'non-default capabilities (container "a" must not include "BPF", "NET_ADMIN" in securityContext.capabilities.add)',
  ],
  ['paths of the host', { volumes: [{ name: 'x', hostPath: {} }, { name: 'y', hostPath: {} }] }, {}, 'hostPath volumes (volumes "x", "y")'],
  ['ports of the host', container({}, { ports: [{ hostPort: 80 }, { hostPort: 443 }] }), {}, 'hostPort (container "a" uses hostPorts 443, 80)'],
  [
    'AppArmor',
    { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
    {},
    'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
  ],
  [
    'AppArmor by an annotation',
    {},
    { annotations: { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' } },
    'forbidden AppArmor profile (container.apparmor.security.beta.kubernetes.io/a="unconfined")',
  ],
  [
    'SELinux',
    { securityContext: { seLinuxOptions: { type: 'spc_t', user: 'u' } } },
    {},
    'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
  ],
  ['procMount', container({ procMount: 'Unmasked' }), {}, 'procMount (container "a" must not set securityContext.procMount to "Unmasked")'],
  [
    'seccomp',
    { securityContext: { seccompProfile: { type: 'Unconfined' } }, ...container({ seccompProfile: { type: 'Unconfined' } }) },
    {},
    'seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
  ],
  ['sysctls', { securityContext: { sysctls: [{ name: 'kernel.msgmax' }, { name: 'net.ipv4.tcp_rmem' }] } }, {}, 'forbidden sysctl (kernel.msgmax)'],
  [
    'processes of the host',
    { securityContext: { windowsOptions: { hostProcess: true } } },
    {},
    'hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)',
  ],
  [
    'hosts of probes',
    container({}, { livenessProbe: { httpGet: { host: '8.8.8.8' } } }),
    {},
    'probe or lifecycle host (container "a" uses probe or lifecycle host "8.8.8.8")',
  ],
])('baseline forbids %s', async (_what, spec, metadata, detail) => {
  const { refusal, code } = await create({ enforce: 'baseline' }, pod(spec, metadata));
  expect([code, refusal]).toEqual([403, `pods "p" is forbidden: violates PodSecurity "baseline:latest": ${detail}`]);
});

it.each<[string, object, string]>([
  [
    'an unprepared pod',
    {},
    'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  ],
  [
    'volumes of the host, once',
    { ...SAFE, volumes: [{ name: 'x', hostPath: {} }, { name: 'y', nfs: {} }] },
    'restricted volume types (volumes "x", "y" use restricted volume types "hostPath", "nfs")',
  ],
  ['root', { ...SAFE, securityContext: { ...SAFE.securityContext, runAsUser: 0 } }, 'runAsUser=0 (pod must not set runAsUser=0)'],
  [
    'what it must not be',
    { ...SAFE, securityContext: { ...SAFE.securityContext, runAsNonRoot: false } },
    'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
  ],
])('restricted forbids %s', async (_what, spec, detail) => {
  const { refusal } = await create({ enforce: 'restricted' }, pod(spec));
  expect(refusal).toBe(`pods "p" is forbidden: violates PodSecurity "restricted:latest": ${detail}`);
});

it.each<[string, object, boolean]>([
  ['v1.26', { securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports' }] } }, false],
  ['v1.27', { securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports' }] } }, true],
  ['v1.33', container({}, { livenessProbe: { tcpSocket: { host: 'x' } } }), true],
  ['v1.34', container({}, { livenessProbe: { tcpSocket: { host: 'x' } } }), false],
  ['v1.99', {}, true],
])('holds to the version %s of the standard', async (version, spec, passes) => {
  const { refusal } = await create({ enforce: 'baseline', 'enforce-version': version }, pod(spec));
  expect(refusal === undefined).toBe(passes);
});

it('warns of what it would refuse, and leaves a note', async () => {
  const { refusal, warnings, annotations } = await create({ warn: 'baseline', audit: 'baseline' }, pod({ hostIPC: true }));
  expect(refusal).toBeUndefined();
  expect(warnings).toEqual(['would violate PodSecurity "baseline:latest": host namespaces (hostIPC=true)']);
  expect(annotations).toEqual({
    'pod-security.kubernetes.io/audit-violations': 'would violate PodSecurity "baseline:latest": host namespaces (hostIPC=true)',
    'pod-security.kubernetes.io/enforce-policy': 'privileged:latest',
  });
});

it('notes the policy of a namespace that allows everything too', async () => {
  expect((await create({}, pod({ hostPID: true }))).annotations).toEqual({ 'pod-security.kubernetes.io/enforce-policy': 'privileged:latest' });
});

it('warns of workloads that make such pods, and lets them be', async () => {
  const object = { kind: 'Deployment', metadata: { name: 'd' }, spec: { template: { metadata: {}, spec: { hostPID: true, containers: [] } } } };
  const plugin = await start([namespace({ enforce: 'baseline' })]);
  const { refusal, warnings } = await runPlugin(plugin, { group: 'apps', plural: 'deployments', object });
  expect(refusal).toBeUndefined();
  expect(warnings).toEqual(['would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)']);
});

it('lets a pod that was there before be changed in other ways', async () => {
  const plugin = await start([namespace({ enforce: 'baseline' })]);
  const update = (image: string): Promise<PluginOutcome> => {
    const [object, oldObject] = [pod({ hostPID: true, containers: [{ name: 'a', image }] }), pod({ hostPID: true })];
    return runPlugin(plugin, { operation: 'UPDATE', plural: 'pods', object, oldObject });
  };
  expect((await update('i')).refusal).toBeUndefined();
  expect((await update('other')).refusal).toContain('violates PodSecurity');
});

it('looks at one pod of each controller first where there are too many', () => {
  const owned = (name: string, uid: string, spec: object): corev1.Pod => {
    return pod(spec, { name, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: uid, uid, controller: true }] }) as corev1.Pod;
  };
  const many = Array.from({ length: 3500 }, (_, i) => owned(`a-${i}`, 'a', {}));
  const pods = [...many, owned('b-1', 'b', { hostPID: true }), owned('b-2', 'b', { hostPID: true }), pod({ hostNetwork: true }, { name: 'alone' }) as corev1.Pod];
  expect(warningsForPods('default', pods, { level: 'baseline', version: 'latest' }, () => false)).toEqual([
    'new PodSecurity enforce level only checked against the first 3000 of 3503 existing pods',
    'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
    'alone (and 1 other pod): host namespaces',
  ]);
});

it('counts what it decides', async () => {
  const registry = new MetricsRegistry();
  const metrics = admissionMetrics(registry);
  const plugin = await start([namespace({ enforce: 'baseline', 'enforce-version': 'v1.30', warn: 'restricted', audit: 'restricted', 'audit-version': 'v1.99' })], {
    exemptions: { usernames: ['root'] },
  }, { metrics });
  const open = await start([namespace({})], undefined, { metrics });
  const wrong = await start([namespace({ enforce: 'none' })], undefined, { metrics });
  await runPlugin(plugin, { plural: 'pods', object: pod() });
  await runPlugin(plugin, { plural: 'pods', object: pod({ hostPID: true }) });
  await runPlugin(plugin, { plural: 'pods', object: pod(), user: { name: 'root', groups: [] } });
  await runPlugin(open, { plural: 'pods', object: pod({ hostPID: true }) });
  await runPlugin(wrong, { plural: 'pods', object: pod() });
  const template = { kind: 'Deployment', metadata: { name: 'd' }, spec: { template: { spec: { containers: [{ name: 'a', image: 'i' }] } } } };
  await runPlugin(plugin, { group: 'apps', plural: 'deployments', object: template });
  const { body } = await registry.expose();
  const lines = body.split('\n').filter((line) => line.startsWith('pod_security_') && !line.endsWith(' 0'));
  expect(lines.sort()).toEqual([
    'pod_security_errors_total{fatal="false",request_operation="create",resource="pod",subresource=""} 1',
    'pod_security_evaluations_total{decision="allow",policy_level="baseline",policy_version="v1.30",mode="enforce",request_operation="create",resource="pod",subresource=""} 1',
    'pod_security_evaluations_total{decision="allow",policy_level="privileged",policy_version="latest",mode="enforce",request_operation="create",resource="pod",subresource=""} 1',
    'pod_security_evaluations_total{decision="deny",policy_level="baseline",policy_version="v1.30",mode="enforce",request_operation="create",resource="pod",subresource=""} 1',
    'pod_security_evaluations_total{decision="deny",policy_level="restricted",policy_version="future",mode="audit",request_operation="create",resource="controller",subresource=""} 1',
    'pod_security_evaluations_total{decision="deny",policy_level="restricted",policy_version="future",mode="audit",request_operation="create",resource="pod",subresource=""} 2',
    'pod_security_evaluations_total{decision="deny",policy_level="restricted",policy_version="latest",mode="enforce",request_operation="create",resource="pod",subresource=""} 1',
    'pod_security_evaluations_total{decision="deny",policy_level="restricted",policy_version="latest",mode="warn",request_operation="create",resource="controller",subresource=""} 1',
    'pod_security_evaluations_total{decision="deny",policy_level="restricted",policy_version="latest",mode="warn",request_operation="create",resource="pod",subresource=""} 1',
    'pod_security_exemptions_total{request_operation="create",resource="pod",subresource=""} 1',
  ]);
});

it.each<[string, object, object]>([
  ['users', { exemptions: { usernames: ['jane'] } }, pod({ hostPID: true })],
  ['namespaces', { exemptions: { namespaces: ['default'] } }, pod({ hostPID: true })],
  ['runtime classes', { exemptions: { runtimeClasses: ['vm'] } }, pod({ hostPID: true, runtimeClassName: 'vm' })],
])('leaves exempt %s alone', async (_what, configuration, object) => {
  const plugin = await start([namespace({})], { defaults: { enforce: 'baseline' }, ...configuration });
  expect((await runPlugin(plugin, { plural: 'pods', object })).refusal).toBeUndefined();
  expect((await runPlugin(plugin, { plural: 'pods', object: pod({ hostPID: true }), user: { name: 'joe', groups: [] } })).refusal === undefined).toBe(
    'namespaces' === _what,
  );
});

it('refuses a configuration that means nothing', async () => {
  await expect(start([], { defaults: { enforce: 'strict' } })).rejects.toThrow('defaults.enforce: Invalid value: "strict"');
});

describe('the labels of a namespace', () => {
  const write = (operation: 'CREATE' | 'UPDATE', now: Labels, before?: Labels) => ({
    operation,
    plural: 'namespaces',
    object: namespace(now),
    ...(before && { oldObject: namespace(before) }),
  });

  it('must mean something', async () => {
    const { refusal, code } = await runPlugin(await start([]), write('CREATE', { enforce: 'strict', 'warn-version': '1.2' }));
    expect(code).toBe(422);
    expect(refusal).toBe(
      'Namespace "default" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of ' +
        'privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.2": must be "latest" or "v1.x"]',
    );
  });

  it('may stay as they were', async () => {
    const { refusal } = await runPlugin(await start([]), write('UPDATE', { enforce: 'strict', other: 'x' }, { enforce: 'strict' }));
    expect(refusal).toBeUndefined();
  });

  it('warn of pods that do not hold to new ones', async () => {
    const pods = [pod({ hostPID: true }, { name: 'b' }), pod({ hostPID: true }, { name: 'a' }), pod({}, { name: 'good' })];
    const { warnings } = await runPlugin(await start(pods), write('UPDATE', { enforce: 'baseline' }, {}));
    expect(warnings).toEqual([
      'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 1 other pod): host namespaces',
    ]);
  });

  it('say nothing of pods where they allow more', async () => {
    const plugin = await start([pod({ hostPID: true })]);
    expect((await runPlugin(plugin, write('UPDATE', { enforce: 'baseline' }, { enforce: 'restricted' }))).warnings).toEqual([]);
  });

  it.each<[what: string, labels: Labels, before: Labels | undefined, ignored: string | undefined]>([
    ['a new level', { enforce: 'baseline' }, undefined, 'enforce=baseline:latest'],
    ['new levels', { enforce: 'baseline', audit: 'restricted', warn: 'privileged' }, undefined, 'enforce=baseline:latest, audit=restricted:latest'],
    ['a stricter level', { enforce: 'restricted' }, { enforce: 'baseline' }, 'enforce=restricted:latest'],
    ['nothing but the lowest', { enforce: 'privileged' }, undefined, undefined],
    ['what the configuration says', { enforce: 'baseline', warn: 'privileged' }, undefined, undefined],
    ['another mode', { enforce: 'baseline', audit: 'baseline' }, { enforce: 'baseline' }, undefined],
    ['a level that allows more', { enforce: 'baseline' }, { enforce: 'restricted' }, undefined],
  ])('warn where they will be ignored: %s', async (what, labels, before, ignored) => {
    const defaults = what.includes('configuration') ? { enforce: 'baseline' } : {};
    const plugin = await start([], { defaults, exemptions: { namespaces: ['default'] } });
    expect((await runPlugin(plugin, write(before ? 'UPDATE' : 'CREATE', labels, before))).warnings).toEqual(
      ignored ? [`namespace "default" is exempt from Pod Security, and the policy (${ignored}) will be ignored`] : [],
    );
  });
});
