import { decodeProtobuf, encodeProtobuf, type MessageDescriptor } from '@typekube/apimachinery';
import { getDescriptor } from './get-descriptor';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const CORE = 'io.k8s.api.core.v1';

const metadata = {
  name: 'sample',
  namespace: 'default',
  uid: '8b0e9a2c-1',
  resourceVersion: '12',
  generation: 3,
  creationTimestamp: '2026-01-02T03:04:05Z',
  labels: { app: 'sample', tier: 'web' },
  annotations: { note: 'käse' },
  finalizers: ['example.com/a'],
  ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'o', uid: 'u', controller: true, blockOwnerDeletion: false }],
  managedFields: [
    {
      manager: 'kubectl',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-01-02T03:04:05Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:metadata': { 'f:labels': {} } },
    },
  ],
};

const podSpec = {
  containers: [
    {
      name: 'web',
      image: 'nginx:1',
      command: ['sh', '-c', ''],
      env: [
        { name: 'A', value: 'b' },
        { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: false } } },
      ],
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      resources: { limits: { cpu: '500m', memory: '1Gi' } },
      livenessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 5 },
      readinessProbe: { tcpSocket: { port: 80 } },
      startupProbe: { exec: { command: ['true'] } },
      securityContext: { runAsNonRoot: false, runAsUser: 0, capabilities: { drop: ['ALL'] } },
      tty: true,
    },
  ],
  volumes: [
    { name: 'a', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'b', projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 600 } }] } },
  ],
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 0,
  tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 }],
  overhead: { cpu: '10m' },
};

const template = { metadata: { labels: { app: 'sample' } }, spec: podSpec };
const selector = { matchLabels: { app: 'sample' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] };

/** Objects of every area of the API, without kind and apiVersion, which are no part of the message. By definition name. */
const SAMPLES: Readonly<Record<string, Record<string, unknown>>> = {
  [`${CORE}.Pod`]: {
    metadata,
    spec: podSpec,
    status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }], conditions: [{ type: 'Ready', status: 'True' }] },
  },
  [`${CORE}.Namespace`]: { metadata: { name: 'sample' }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
  [`${CORE}.ConfigMap`]: { metadata, data: { a: '', b: '1' }, binaryData: { c: 'AQID' }, immutable: false },
  [`${CORE}.Secret`]: { metadata, data: { password: 'cGFzcw==' }, type: 'Opaque' },
  [`${CORE}.Service`]: { metadata, spec: { ports: [{ name: 'http', port: 80, targetPort: 'web' }], clusterIP: 'None' } },
  [`${CORE}.Node`]: {
    metadata: { name: 'n' },
    spec: { podCIDR: '10.0.0.0/24', taints: [{ key: 'a', effect: 'NoSchedule', timeAdded: '2026-01-02T03:04:05Z' }] },
    status: { capacity: { cpu: '4', memory: '8Gi' }, images: [{ names: ['a'], sizeBytes: 9007199254740993n }] },
  },
  [`${CORE}.Event`]: {
    metadata,
    involvedObject: { kind: 'Pod', name: 'p' },
    reason: 'Started',
    eventTime: '2026-01-02T03:04:05.000006Z',
    count: 2,
    reportingComponent: '',
    reportingInstance: '',
  },
  [`${CORE}.PersistentVolumeClaim`]: { metadata, spec: { storageClassName: '', resources: { requests: { storage: '1Gi' } } } },
  'io.k8s.api.apps.v1.Deployment': {
    metadata,
    spec: {
      replicas: 0,
      selector,
      template,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
    },
    status: { observedGeneration: 1 },
  },
  'io.k8s.api.apps.v1.ControllerRevision': { metadata, data: { spec: { a: [1] } }, revision: 1 },
  'io.k8s.api.batch.v1.Job': { metadata, spec: { backoffLimit: 0, suspend: false, template } },
  'io.k8s.api.batch.v1.CronJob': { metadata, spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } } },
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler': {
    metadata,
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' },
      minReplicas: 0,
      maxReplicas: 3,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    },
  },
  'io.k8s.api.autoscaling.v1.Scale': { metadata, spec: { replicas: 2 }, status: { replicas: 1, selector: 'a=b' } },
  'io.k8s.api.networking.v1.Ingress': {
    metadata,
    spec: {
      rules: [
        {
          host: 'a.example',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }] },
        },
      ],
    },
  },
  'io.k8s.api.policy.v1.PodDisruptionBudget': {
    metadata,
    spec: { minAvailable: '50%', selector },
    status: { disruptionsAllowed: 0, currentHealthy: 0, disruptedPods: { p: '2026-01-02T03:04:05Z' } },
  },
  'io.k8s.api.rbac.v1.ClusterRole': {
    metadata: { name: 'r' },
    rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
    aggregationRule: { clusterRoleSelectors: [selector] },
  },
  'io.k8s.api.rbac.v1.RoleBinding': {
    metadata,
    subjects: [{ kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
  },
  'io.k8s.api.coordination.v1.Lease': {
    metadata,
    spec: { holderIdentity: 'h', leaseDurationSeconds: 15, renewTime: '2026-01-02T03:04:05.123456Z', leaseTransitions: 0 },
  },
  'io.k8s.api.certificates.v1.CertificateSigningRequest': {
    metadata: { name: 'c' },
    spec: { request: 'AQID', signerName: 's', extra: { scopes: ['a', 'b'], none: [] } },
  },
  'io.k8s.api.resource.v1.ResourceSlice': {
    metadata: { name: 's' },
    spec: {
      driver: 'd',
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'gpu', attributes: { model: { string: '' }, cores: { int: 0 }, fast: { bool: false } } }],
    },
  },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition': {
    metadata: { name: 'crontabs.example.com' },
    spec: {
      group: 'example.com',
      names: { plural: 'crontabs', kind: 'CronTab' },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    replicas: { type: 'integer', minimum: 0.5, default: 1, enum: [1, 'a', { b: null }] },
                    map: { type: 'object', additionalProperties: { type: 'string' } },
                    free: { type: 'object', additionalProperties: true },
                    list: { type: 'array', items: { type: 'string' } },
                  },
                },
              },
            },
          },
        },
      ],
    },
  },
  [`${META}.DeleteOptions`]: {
    gracePeriodSeconds: 0,
    propagationPolicy: 'Foreground',
    preconditions: { uid: 'u' },
    dryRun: ['All'],
  },
  [`${META}.Status`]: {
    status: 'Failure',
    message: 'no',
    reason: 'Invalid',
    details: { name: 'n', kind: 'pods', causes: [{ reason: 'FieldValueInvalid', message: 'm', field: 'spec' }] },
    code: 422,
  },
};

function mustGet(name: string): MessageDescriptor {
  const descriptor = getDescriptor(name);
  if (!descriptor) throw new Error(`${name} has no protobuf`);
  return descriptor;
}

describe('round trip', () => {
  it.each(Object.entries(SAMPLES))('%s', (name, sample) => {
    const descriptor = mustGet(name);
    const encoded = encodeProtobuf(descriptor, sample);
    const decoded = decodeProtobuf(descriptor, encoded);
    // Structs that are no pointers come back empty.
    expect(decoded).toMatchObject(sample);
    expect(encodeProtobuf(descriptor, decoded)).toEqual(encoded);
  });
});

describe('bytes of Go', () => {
  it('writes what Go always writes', () => {
    const raw = encodeProtobuf(mustGet('io.k8s.api.core.v1.Namespace'), { metadata: { name: 'demo' } });
    // Of the metadata: name, generateName, namespace, selfLink, uid, resourceVersion, generation, creationTimestamp.
    const metadata = '0a0464656d6f' + '1200' + '1a00' + '2200' + '2a00' + '3200' + '3800' + '4200';
    expect(raw.toString('hex')).toBe(`0a14${metadata}12001a020a00`);
  });

  it('leaves out what Go leaves out of JSON, and keeps zero values behind pointers', () => {
    const container = mustGet('io.k8s.api.core.v1.Container');
    const zeros = encodeProtobuf(container, { name: 'c', resources: {} });
    expect(decodeProtobuf(container, zeros)).toEqual({ name: 'c', resources: {} });
    const spec = mustGet('io.k8s.api.apps.v1.DeploymentSpec');
    const kept = { replicas: 0, paused: false, template: {}, selector: {} };
    const decoded = decodeProtobuf(spec, encodeProtobuf(spec, kept));
    expect(decoded).toMatchObject({ replicas: 0, selector: {} });
    expect(decoded).not.toHaveProperty('paused');
    expect(decoded).not.toHaveProperty('minReadySeconds');
  });
});
