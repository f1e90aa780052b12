import type { KubeObject } from '@typekube/apimachinery';
import { setDefaults as setStatefulSetDefaults } from '../../groups/apps/stateful-set/defaults';
import { strategy as statefulSets } from '../../groups/apps/stateful-set/strategy';
import { setDefaults as setCronJobDefaults } from '../../groups/batch/cron-job/defaults';
import { strategy as cronJobs } from '../../groups/batch/cron-job/strategy';
import { setDefaults as setDeploymentDefaults } from '../../groups/apps/deployment/defaults';
import { strategy as deployments } from '../../groups/apps/deployment/strategy';
import { strategy as volumeClaims } from '../../groups/core/persistent-volume-claim/strategy';
import { strategy as pods } from '../../groups/core/pod/strategy';
import type { Strategy } from '../../registry/resource-definition';
import { context, firstContainer, messagesOf, podWith, template } from '../../testing/workloads';
import type { appsv1, batchv1, corev1 } from '../../types';

const bad = { matchExpressions: [{ key: 'app', operator: 'In', values: ['not valid'] }] };
const term = (labelSelector: object) => ({ topologyKey: 'zone', labelSelector });
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Specs that rules of later versions refuse. */
const OLD_SPECS: [rule: string, spoil: (spec: corev1.PodSpec) => void, refusal: RegExp][] = [
  ['values in selectors of pod affinity', (spec) => void (spec.affinity = { podAffinity: { [REQUIRED]: [term(bad)] } }), /podAffinity.*values\[0\]/],
  [
    'values of node affinity',
    (spec) => void (spec.affinity = { nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['-'] }] }] } } }),
    /nodeAffinity.*values\[0\]/,
  ],
  [
    'selectors of topology spread',
    (spec) => void (spec.topologySpreadConstraints = [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { 'a b': 'c' } } }]),
    /topologySpreadConstraints\[0\]\.labelSelector/,
  ],
  [
    'huge pages',
    (spec) => void (firstContainer(spec).resources = { limits: { 'hugepages-2Mi': '3Mi', cpu: '1' }, requests: { 'hugepages-2Mi': '3Mi', cpu: '1' } }),
    /3Mi is not positive integer multiple of hugepages-2Mi/,
  ],
  [
    'paths of tokens',
    (spec) => {
      spec.serviceAccountName = 'a';
      spec.volumes = [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: '../x', expirationSeconds: 3600 } }] } }];
    },
    /must not contain '\.\.'/,
  ],
  [
    'sysctls of the node',
    (spec) => void Object.assign(spec, { hostNetwork: true, securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] } }),
    /may not be specified when 'hostNetwork' is true/,
  ],
];

/** What is said of a change of the labels of an object, and of making it anew. */
function judge<T extends KubeObject>(strategy: Strategy<T>, object: T): { create: string[]; update: string[] } {
  const changed = { ...structuredClone(object), metadata: { ...object.metadata, labels: { changed: 'true' } } };
  return { create: messagesOf(strategy.validate?.(object, context)), update: messagesOf(strategy.validateUpdate?.(changed, object, context)) };
}

const meta = { name: 'a', namespace: 'default' };

function deploymentOf(content: corev1.PodTemplateSpec): appsv1.Deployment {
  const object: appsv1.Deployment = {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta, spec: { selector: { matchLabels: { app: 'web' } }, template: content },
  };
  setDeploymentDefaults(object);
  return object;
}

function cronJobOf(content: corev1.PodTemplateSpec): batchv1.CronJob {
  const object: batchv1.CronJob = {
    apiVersion: 'batch/v1', kind: 'CronJob', metadata: meta, spec: { schedule: '* * * * *', jobTemplate: { spec: { template: content } } },
  };
  setCronJobDefaults(object);
  return object;
}

describe('an object that was stored before a rule came', () => {
  it.each(OLD_SPECS)('keeps %s', (_rule, spoil, refusal) => {
    const never = (spec: corev1.PodSpec): void => {
      spoil(spec);
      spec.restartPolicy = 'Never';
    };
    for (const { create, update } of [judge(pods, podWith(spoil)), judge(deployments, deploymentOf(template(spoil))), judge(cronJobs, cronJobOf(template(never)))]) {
      expect(create.length).toBeGreaterThan(0);
      for (const text of create) expect(text).toMatch(refusal);
      expect(update).toEqual([]);
    }
  });

  it.each(OLD_SPECS)('may not come to break the rule of %s', (_rule, spoil, refusal) => {
    const [before, after] = [deploymentOf(template()), deploymentOf(template(spoil))];
    const errors = messagesOf(deployments.validateUpdate?.(after, before, context));
    expect(errors.length).toBeGreaterThan(0);
    for (const text of errors) expect(text).toMatch(refusal);
  });

  it('keeps one rule broken and no other', () => {
    const [, affinity] = OLD_SPECS[0]!;
    const [, topology, refusal] = OLD_SPECS[2]!;
    const both = (spec: corev1.PodSpec): void => {
      affinity(spec);
      topology(spec);
    };
    const errors = deployments.validateUpdate?.(deploymentOf(template(both)), deploymentOf(template(affinity)), context);
    expect(messagesOf(errors)).toEqual([expect.stringMatching(refusal)]);
  });

  it('keeps the deletion cost of a pod', () => {
    const pod = podWith();
    pod.metadata.annotations = { 'controller.kubernetes.io/pod-deletion-cost': '+10' };
    expect(messagesOf(pods.validate?.(pod, context))).toEqual([expect.stringContaining('must be a 32bit integer')]);
    const changed = structuredClone(pod);
    changed.metadata.labels = { changed: 'true' };
    expect(messagesOf(pods.validateUpdate?.(changed, pod, context))).toEqual([]);
  });

  it('keeps the service name and the template of a stateful set', () => {
    const old: appsv1.StatefulSet = {
      apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: meta,
      spec: { serviceName: 'Not_A_Label', selector: { matchLabels: { app: 'web' } }, template: template((spec) => void (spec.containers = [])) },
    };
    setStatefulSetDefaults(old);
    expect(messagesOf(statefulSets.validate?.(old, context))).toHaveLength(2);
    const scaled = structuredClone(old);
    scaled.spec!.replicas = 3;
    expect(messagesOf(statefulSets.validateUpdate?.(scaled, old, context))).toEqual([]);
  });

  it('keeps the selector of a volume claim', () => {
    const claim: corev1.PersistentVolumeClaim = {
      apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: meta,
      spec: { accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem', selector: bad, resources: { requests: { storage: '1Gi' } } },
    };
    const { create, update } = judge(volumeClaims, claim);
    expect([create, update]).toEqual([[expect.stringContaining('spec.selector.matchExpressions[0].values[0]')], []]);
  });
});
