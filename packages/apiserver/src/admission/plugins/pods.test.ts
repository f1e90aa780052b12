import { objectsFrom, runPlugin } from '../../testing';
import { defaultTolerationSeconds } from './default-toleration-seconds';
import { limitRanger } from './limit-ranger';
import { priority } from './priority';
import { serviceAccount } from './service-account';

const pod = (spec: object = {}, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default', ...metadata },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});

const object = (kind: string, name: string, rest: object = {}): object => ({ kind, metadata: { name }, ...rest });

describe('ServiceAccount', () => {
  const account = (name: string, rest: object = {}, annotations: object = {}): object => ({
    kind: 'ServiceAccount',
    metadata: { name, namespace: 'default', annotations },
    ...rest,
  });
  const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

  it('gives a pod the default account, its token and its image pull secrets', async () => {
    const plugin = serviceAccount(objectsFrom(account('default', { imagePullSecrets: [{ name: 'registry' }] })));
    const { object: admitted, refusal } = await runPlugin(plugin, { plural: 'pods', object: pod({ initContainers: [{ name: 'i' }] }) });
    expect(refusal).toBeUndefined();
    const { spec } = admitted as unknown as { spec: { volumes: { name: string }[]; containers: { volumeMounts: object[] }[] } };
    const [volume] = spec.volumes;
    expect(volume?.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
    expect(spec).toMatchObject({
      serviceAccountName: 'default',
      serviceAccount: 'default',
      imagePullSecrets: [{ name: 'registry' }],
      initContainers: [{ volumeMounts: [{ name: volume?.name, readOnly: true, mountPath: MOUNT }] }],
      containers: [{ volumeMounts: [{ name: volume?.name, readOnly: true, mountPath: MOUNT }] }],
      volumes: [{ projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3607 } }, {}, {}] } }],
    });
  });

  it.each<[string, object, object]>([
    ['the account', { automountServiceAccountToken: false }, {}],
    ['the pod', {}, { automountServiceAccountToken: false }],
    ['a mount of its own', {}, { containers: [{ name: 'c', volumeMounts: [{ name: 'mine', mountPath: MOUNT }] }] }],
  ])('mounts no token against the will of %s', async (_who, ofAccount, ofPod) => {
    const { object: admitted } = await runPlugin(serviceAccount(objectsFrom(account('default', ofAccount))), { plural: 'pods', object: pod(ofPod) });
    expect(admitted).not.toHaveProperty('spec.volumes');
  });

  const strict = { 'kubernetes.io/enforce-mountable-secrets': 'true' };
  const because = 'is not allowed because service account a does not reference that secret';

  it.each<[string, object, string]>([
    ['unknown', {}, 'error looking up service account default/unknown: serviceaccount "unknown" not found'],
    ['a', { volumes: [{ name: 'v', secret: { secretName: 's' } }] }, `volume with secret.secretName="s" ${because}`],
    [
      'a',
      { containers: [{ name: 'c', env: [{ name: 'E', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }] },
      `container c with envVar E referencing secret.secretName="s" ${because}`,
    ],
    [
      'a',
      { imagePullSecrets: [{ name: 's' }] },
      'imagePullSecrets[0].name="s" is not allowed because service account a does not reference that imagePullSecret',
    ],
  ])('refuses as %s: %j', async (name, spec, message) => {
    const plugin = serviceAccount(objectsFrom(account('a', { secrets: [{ name: 'other' }] }, strict)));
    const { refusal, code } = await runPlugin(plugin, { plural: 'pods', object: pod({ serviceAccountName: name, ...spec }) });
    expect([code, refusal]).toEqual([403, `pods "p" is forbidden: ${message}`]);
  });

  it('keeps mirror pods from secrets', async () => {
    const mirror = { annotations: { 'kubernetes.io/config.mirror': 'x' } };
    const { refusal } = await runPlugin(serviceAccount(objectsFrom()), {
      plural: 'pods',
      object: pod({ volumes: [{ name: 'v', secret: { secretName: 's' } }] }, mirror),
    });
    expect(refusal).toBe('pods "p" is forbidden: a mirror pod may not reference secrets');
  });
});

describe('Priority', () => {
  const plugin = priority(
    objectsFrom(
      object('PriorityClass', 'high', { value: 1000, preemptionPolicy: 'Never' }),
      object('PriorityClass', 'usual', { value: 5, globalDefault: true, preemptionPolicy: 'PreemptLowerPriority' }),
    ),
  );

  it.each([
    ['named', { priorityClassName: 'high' }, { priorityClassName: 'high', priority: 1000, preemptionPolicy: 'Never' }],
    ['default', {}, { priorityClassName: 'usual', priority: 5, preemptionPolicy: 'PreemptLowerPriority' }],
  ])('resolves the %s class', async (_what, spec, expected) => {
    const { object: admitted } = await runPlugin(plugin, { plural: 'pods', object: pod(spec) });
    expect(admitted).toMatchObject({ spec: expected });
  });

  it.each([
    [{ priorityClassName: 'none' }, 'no PriorityClass with name none was found'],
    [
      { priorityClassName: 'high', priority: 7 },
      'the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name',
    ],
  ])('refuses %j', async (spec, message) => {
    const { refusal } = await runPlugin(plugin, { plural: 'pods', object: pod(spec) });
    expect(refusal).toBe(`pods "p" is forbidden: ${message}`);
  });

  it('lets there be one default', async () => {
    const write = { group: 'scheduling.k8s.io', plural: 'priorityclasses', object: object('PriorityClass', 'other', { globalDefault: true, value: 1 }) };
    const { refusal } = await runPlugin(plugin, write);
    expect(refusal).toContain('PriorityClass usual is already marked as default. Only one default can exist');
  });
});

it('DefaultTolerationSeconds adds what a pod does not tolerate by itself', async () => {
  const plugin = defaultTolerationSeconds({ defaultNotReadyTolerationSeconds: 10, defaultUnreachableTolerationSeconds: 20 });
  const mine = { key: 'node.kubernetes.io/unreachable', operator: 'Exists' };
  const { object: admitted } = await runPlugin(plugin, { plural: 'pods', object: pod({ tolerations: [mine] }) });
  expect(admitted).toMatchObject({
    spec: { tolerations: [mine, { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }] },
  });
});

describe('LimitRanger', () => {
  const range = (...limits: object[]): object => ({ kind: 'LimitRange', metadata: { name: 'l', namespace: 'default' }, spec: { limits } });
  const container = (resources: object): object => ({ containers: [{ name: 'c', resources }] });

  it('gives containers the defaults, and says so on the pod', async () => {
    const plugin = limitRanger(objectsFrom(range({ type: 'Container', default: { cpu: '1', memory: '1Gi' }, defaultRequest: { cpu: '500m' } })));
    const { object: admitted, refusal } = await runPlugin(plugin, { plural: 'pods', object: pod(container({ limits: { cpu: '2' } })) });
    expect(refusal).toBeUndefined();
    expect(admitted).toMatchObject({
      metadata: { annotations: { 'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container c; memory limit for container c' } },
      spec: container({ limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '500m' } }),
    });
  });

  it.each<[string, object, object, string]>([
    ['no limit', { type: 'Container', max: { cpu: '1' } }, {}, 'maximum cpu usage per Container is 1.  No limit is specified'],
    ['a high limit', { type: 'Container', max: { cpu: '1' } }, { limits: { cpu: '2' } }, 'maximum cpu usage per Container is 1, but limit is 2'],
    ['a low request', { type: 'Pod', min: { memory: '1Gi' } }, { requests: { memory: '1Mi' } }, 'minimum memory usage per Pod is 1Gi, but request is 1Mi'],
    [
      'a high ratio',
      { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
      { requests: { cpu: '100m' }, limits: { cpu: '300m' } },
      'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    ],
    [
      'several faults',
      { type: 'Container', min: { cpu: '1' }, max: { cpu: '2' } },
      {},
      '[minimum cpu usage per Container is 1.  No request is specified, maximum cpu usage per Container is 2.  No limit is specified]',
    ],
  ])('refuses %s', async (_what, limit, resources, message) => {
    const { refusal } = await runPlugin(limitRanger(objectsFrom(range(limit))), { plural: 'pods', object: pod(container(resources)) });
    expect(refusal).toBe(`pods "p" is forbidden: ${message}`);
  });

  it('limits volume claims', async () => {
    const plugin = limitRanger(objectsFrom(range({ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } })));
    const claim = { kind: 'PersistentVolumeClaim', metadata: { name: 'd' }, spec: { resources: { requests: { storage: '2Gi' } } } };
    const { refusal } = await runPlugin(plugin, { plural: 'persistentvolumeclaims', object: claim });
    expect(refusal).toContain('maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi');
  });
});
