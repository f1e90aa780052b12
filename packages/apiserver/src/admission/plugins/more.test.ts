import { TestServer } from '../../testing';
import { objectsFrom, type PluginWrite, runPlugin } from '../../testing';
import type { AdmissionPlugin } from '../admission';
import type { PluginSetup } from '../plugin-descriptor';
import { alwaysDeny } from './always';
import { alwaysPullImages } from './always-pull-images';
import { defaultIngressClass } from './default-ingress-class';
import { defaultStorageClass } from './default-storage-class';
import { denyServiceExternalIps } from './deny-service-external-ips';
import { prepareEventRateLimit } from './event-rate-limit';
import { extendedResourceToleration } from './extended-resource-toleration';
import { limitPodHardAntiAffinityTopology } from './limit-pod-hard-anti-affinity-topology';
import { namespaceAutoProvision, namespaceExists } from './namespace-exists';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize';
import { preparePodNodeSelector } from './pod-node-selector';
import { preparePodTolerationRestriction } from './pod-toleration-restriction';
import { podTopologyLabels } from './pod-topology-labels';
import { runtimeClass } from './runtime-class';
import { storageObjectInUseProtection } from './storage-object-in-use-protection';
import { taintNodesByCondition } from './taint-nodes-by-condition';

const pod = (spec: object = {}): object => ({ kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } });
const named = (kind: string, name: string, rest: object = {}, metadata: object = {}): object => ({ kind, metadata: { name, ...metadata }, ...rest });
const marked = (annotation: string, creationTimestamp: string): object => ({ annotations: { [annotation]: 'true' }, creationTimestamp });

const STORAGE_DEFAULT = 'storageclass.kubernetes.io/is-default-class';
const INGRESS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
const KATA = named('RuntimeClass', 'kata', {
  handler: 'kata',
  overhead: { podFixed: { cpu: '100m' } },
  scheduling: { nodeSelector: { kata: 'yes' }, tolerations: [{ key: 'kata', operator: 'Exists' }] },
});
const nodeWithZone = named('Node', 'n', {}, { labels: { 'topology.kubernetes.io/zone': 'z', other: 'o' } });

it.each<[string, AdmissionPlugin, PluginWrite, object]>([
  [
    'AlwaysPullImages pulls always',
    alwaysPullImages(),
    { plural: 'pods', object: pod() },
    { spec: { containers: [{ imagePullPolicy: 'Always' }] } },
  ],
  [
    'DefaultStorageClass takes the newest default class',
    defaultStorageClass(
      objectsFrom(
        named('StorageClass', 'old', {}, marked(STORAGE_DEFAULT, '2020-01-01T00:00:00Z')),
        named('StorageClass', 'new', {}, marked(STORAGE_DEFAULT, '2021-01-01T00:00:00Z')),
        named('StorageClass', 'other', {}, { creationTimestamp: '2022-01-01T00:00:00Z' }),
      ),
    ),
    { plural: 'persistentvolumeclaims', object: named('PersistentVolumeClaim', 'c', { spec: {} }) },
    { spec: { storageClassName: 'new' } },
  ],
  [
    'DefaultStorageClass takes an empty name for a name',
    defaultStorageClass(objectsFrom(named('StorageClass', 'a', {}, marked(STORAGE_DEFAULT, '2020-01-01T00:00:00Z')))),
    { plural: 'persistentvolumeclaims', object: named('PersistentVolumeClaim', 'c', { spec: { storageClassName: '' } }) },
    { spec: { storageClassName: '' } },
  ],
  [
    'DefaultIngressClass',
    defaultIngressClass(objectsFrom(named('IngressClass', 'nginx', {}, marked(INGRESS_DEFAULT, '2020-01-01T00:00:00Z')))),
    { group: 'networking.k8s.io', plural: 'ingresses', object: named('Ingress', 'i', { spec: {} }) },
    { spec: { ingressClassName: 'nginx' } },
  ],
  [
    'ExtendedResourceToleration',
    extendedResourceToleration(),
    { plural: 'pods', object: pod({ containers: [{ name: 'c', resources: { requests: { 'example.com/gpu': '1', cpu: '1' } } }] }) },
    { spec: { tolerations: [{ key: 'example.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] } },
  ],
  [
    'StorageObjectInUseProtection',
    storageObjectInUseProtection(),
    { plural: 'persistentvolumes', object: named('PersistentVolume', 'v') },
    { metadata: { finalizers: ['kubernetes.io/pv-protection'] } },
  ],
  [
    'TaintNodesByCondition',
    taintNodesByCondition(),
    { plural: 'nodes', object: named('Node', 'n') },
    { spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] } },
  ],
  [
    'RuntimeClass adds overhead and scheduling',
    runtimeClass(objectsFrom(KATA)),
    { plural: 'pods', object: pod({ runtimeClassName: 'kata', nodeSelector: { a: 'b' } }) },
    { spec: { overhead: { cpu: '100m' }, nodeSelector: { a: 'b', kata: 'yes' }, tolerations: [{ key: 'kata', operator: 'Exists' }] } },
  ],
  [
    'PodTopologyLabels labels a binding',
    podTopologyLabels(objectsFrom(nodeWithZone)),
    { plural: 'pods', subresource: 'binding', object: named('Binding', 'p', { target: { kind: 'Node', name: 'n' } }) },
    { metadata: { name: 'p', labels: { 'topology.kubernetes.io/zone': 'z' } } },
  ],
])('%s', async (_what, plugin, write, expected) => {
  const { object, refusal } = await runPlugin(plugin, write);
  expect(refusal).toBeUndefined();
  expect(object).toMatchObject(expected);
});

const claim = (size: string, phase = 'Bound'): object =>
  named('PersistentVolumeClaim', 'c', { spec: { storageClassName: 's', resources: { requests: { storage: size } } }, status: { phase } });
const grow = (phase: string): PluginWrite => ({ operation: 'UPDATE', plural: 'persistentvolumeclaims', object: claim('2Gi'), oldObject: claim('1Gi', phase) });
const antiAffinity = (topologyKey: string): object => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey }] } },
});

it.each<[string, AdmissionPlugin, PluginWrite, string]>([
  ['AlwaysDeny', alwaysDeny(), { plural: 'pods', object: pod() }, 'admission control is denying all modifications'],
  [
    'DenyServiceExternalIPs',
    denyServiceExternalIps(),
    { plural: 'services', object: named('Service', 's', { spec: { externalIPs: ['192.0.2.1'] } }) },
    'Use of external IPs is denied by admission control',
  ],
  [
    'LimitPodHardAntiAffinityTopology',
    limitPodHardAntiAffinityTopology(),
    { plural: 'pods', object: pod(antiAffinity('zone')) },
    'affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey zone but only key kubernetes.io/hostname is allowed',
  ],
  [
    'PersistentVolumeClaimResize of an unbound claim',
    persistentVolumeClaimResize(objectsFrom(named('StorageClass', 's', { allowVolumeExpansion: true }))),
    grow('Pending'),
    'only bound persistent volume claims can be expanded',
  ],
  [
    'PersistentVolumeClaimResize of a class that cannot',
    persistentVolumeClaimResize(objectsFrom(named('StorageClass', 's'))),
    grow('Bound'),
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
  ],
  ['RuntimeClass', runtimeClass(objectsFrom()), { plural: 'pods', object: pod({ runtimeClassName: 'kata' }) }, 'pod rejected: RuntimeClass "kata" not found'],
  [
    'RuntimeClass with another overhead',
    runtimeClass(objectsFrom(KATA)),
    { plural: 'pods', object: pod({ runtimeClassName: 'kata', overhead: { cpu: '1' } }) },
    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
  ],
  [
    'RuntimeClass overhead of nobody',
    runtimeClass(objectsFrom()),
    { plural: 'pods', object: pod({ overhead: { cpu: '1' } }) },
    'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
  ],
])('%s refuses', async (_what, plugin, write, why) => {
  const { refusal, code } = await runPlugin(plugin, write);
  expect(code).toBe(403);
  expect(refusal).toMatch(/^\w+ "\w+" is forbidden: /);
  expect(refusal?.slice(refusal.indexOf('forbidden: ') + 11)).toBe(why);
});

it('lets a claim grow where its class allows it', async () => {
  const plugin = persistentVolumeClaimResize(objectsFrom(named('StorageClass', 's', { allowVolumeExpansion: true })));
  expect((await runPlugin(plugin, grow('Bound'))).refusal).toBeUndefined();
});

const setup = (configuration?: string): PluginSetup => ({
  configuration,
  flags: { defaultNotReadyTolerationSeconds: 300, defaultUnreachableTolerationSeconds: 300 },
  folder: '.',
});
const dependencies = (...objects: object[]): Parameters<ReturnType<typeof preparePodNodeSelector>>[0] =>
  objectsFrom(...objects) as Parameters<ReturnType<typeof preparePodNodeSelector>>[0];
const namespaceWith = (annotations: object): object => named('Namespace', 'default', {}, { annotations });

describe('PodNodeSelector', () => {
  const config = 'podNodeSelectorPluginConfig:\n  clusterDefaultNodeSelector: zone=a\n  default: zone=a,disk=ssd\n';

  it.each([
    ['the cluster', {}, { zone: 'a' }],
    ['the namespace', { 'scheduler.alpha.kubernetes.io/node-selector': 'disk=ssd' }, { disk: 'ssd' }],
  ])('adds the selector of %s', async (_whose, annotations, nodeSelector) => {
    const plugin = preparePodNodeSelector(setup(config))(dependencies(namespaceWith(annotations)));
    expect((await runPlugin(plugin, { plural: 'pods', object: pod() })).object).toMatchObject({ spec: { nodeSelector } });
  });

  it.each([
    [{ zone: 'b' }, 'pod node label selector conflicts with its namespace node label selector'],
    [{ gpu: 'yes' }, 'pod node label selector labels conflict with its namespace whitelist'],
  ])('refuses %j', async (nodeSelector, why) => {
    const plugin = preparePodNodeSelector(setup(config))(dependencies(namespaceWith({})));
    expect((await runPlugin(plugin, { plural: 'pods', object: pod({ nodeSelector }) })).refusal).toBe(`pods "p" is forbidden: ${why}`);
  });
});

describe('PodTolerationRestriction', () => {
  const annotations = {
    'scheduler.alpha.kubernetes.io/defaultTolerations': '[{"key":"a","operator":"Exists"}]',
    'scheduler.alpha.kubernetes.io/tolerationsWhitelist': '[{"key":"a","operator":"Exists"},{"key":"b","value":"1"}]',
  };

  it('adds the default of the namespace, and takes what it allows', async () => {
    const plugin = (await preparePodTolerationRestriction(setup()))(dependencies(namespaceWith(annotations)));
    const { object, refusal } = await runPlugin(plugin, { plural: 'pods', object: pod({ tolerations: [{ key: 'b', operator: 'Equal', value: '1' }] }) });
    expect(refusal).toBeUndefined();
    expect(object).toMatchObject({ spec: { tolerations: [{ key: 'a' }, { key: 'b' }] } });
  });

  it('refuses others', async () => {
    const plugin = (await preparePodTolerationRestriction(setup()))(dependencies(namespaceWith(annotations)));
    const { refusal } = await runPlugin(plugin, { plural: 'pods', object: pod({ tolerations: [{ key: 'c', operator: 'Exists' }] }) });
    expect(refusal).toContain('pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist');
  });
});

describe('EventRateLimit', () => {
  const config = 'apiVersion: eventratelimit.admission.k8s.io/v1alpha1\nkind: Configuration\nlimits:\n- {type: Namespace, qps: 1, burst: 2}\n';

  it('lets a burst pass, then as many as come back', async () => {
    let now = 0;
    const plugin = (await prepareEventRateLimit(setup(config), () => now))(dependencies());
    const write = { plural: 'events', object: named('Event', 'e') };
    const codes = async (count: number): Promise<unknown[]> => {
      const outcomes = [];
      for (let i = 0; i < count; i += 1) outcomes.push((await runPlugin(plugin, write)).code);
      return outcomes;
    };
    expect(await codes(3)).toEqual([undefined, undefined, 429]);
    now = 1000;
    expect(await codes(2)).toEqual([undefined, 429]);
    expect((await runPlugin(plugin, { ...write, namespace: 'other' })).code).toBeUndefined();
  });

  it.each([
    ['limits: []', 'must not be empty'],
    ['limits: [{type: Nope, qps: 1, burst: 1}]', 'limits[0].type: Unsupported value: "Nope"'],
    ['limits: [{type: Server, qps: 0, burst: 1}]', 'limits[0].qps: Invalid value: 0: must be positive'],
  ])('refuses the configuration %s', async (limits, message) => {
    const text = `apiVersion: eventratelimit.admission.k8s.io/v1alpha1\nkind: Configuration\n${limits}\n`;
    const start = async (): Promise<unknown> => (await prepareEventRateLimit(setup(text)))(dependencies());
    await expect(start()).rejects.toThrow(message);
  });
});

describe('namespaces', () => {
  const map = { metadata: { name: 'm' } };

  it('NamespaceExists refuses what is in none', async () => {
    await using server = await TestServer.start({ admission: (given) => [namespaceExists(given)] });
    const { status, body } = await server.request('POST', '/api/v1/namespaces/none/configmaps', map);
    expect([status, body.message]).toEqual([404, 'namespaces "none" not found']);
  });

  it('NamespaceAutoProvision makes it, save in a dry run', async () => {
    await using server = await TestServer.start({ admission: (given) => [namespaceAutoProvision(given)] });
    expect((await server.request('POST', '/api/v1/namespaces/dry/configmaps?dryRun=All', map)).status).toBe(201);
    expect((await server.request('GET', '/api/v1/namespaces/dry')).status).toBe(404);
    expect((await server.request('POST', '/api/v1/namespaces/fresh/configmaps', map)).status).toBe(201);
    expect((await server.request('GET', '/api/v1/namespaces/fresh')).status).toBe(200);
  });
});
