import { decodeObject } from '@typekube/apimachinery';
import { getSchema, listSchemaNames } from './get-schema';

describe('getSchema', () => {
  it("gives upstream's facts of a kind", () => {
    const pod = getSchema('io.k8s.api.core.v1.Pod');
    const containers = pod.properties?.spec?.properties?.containers;
    expect(pod).toMatchObject({ name: 'io.k8s.api.core.v1.Pod', type: 'object' });
    expect(containers).toMatchObject({
      type: 'array',
      listType: 'map',
      listMapKeys: ['name'],
      patchStrategy: ['merge'],
      patchMergeKey: 'name',
      items: { name: 'io.k8s.api.core.v1.Container', required: ['name'] },
    });
  });

  it.each([
    [
      'io.k8s.api.core.v1.ResourceRequirements',
      'limits',
      { type: 'object', additionalProperties: { type: 'string', format: 'quantity' } },
    ],
    ['io.k8s.api.resource.v1beta1.DeviceCapacity', 'value', { type: 'string', format: 'quantity' }],
    ['io.k8s.api.coordination.v1.LeaseSpec', 'renewTime', { type: 'string', format: 'micro-time' }],
    ['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'creationTimestamp', { type: 'string', format: 'date-time' }],
    ['io.k8s.api.core.v1.ServicePort', 'targetPort', { type: 'int-or-string' }],
    ['io.k8s.api.core.v1.Secret', 'data', { type: 'object', additionalProperties: { type: 'string', format: 'byte' } }],
    ['io.k8s.api.core.v1.PodStatus', 'phase', { type: 'string', enum: ['Failed', 'Pending', 'Running', 'Succeeded', 'Unknown'] }],
    ['io.k8s.api.core.v1.PodSpec', 'volumes', { patchStrategy: ['merge', 'retainKeys'], patchMergeKey: 'name' }],
    ['io.k8s.api.core.v1.PodSpec', 'nodeSelector', { mapType: 'atomic' }],
    ['io.k8s.api.apps.v1.ControllerRevision', 'data', { type: 'object', preserveUnknownFields: true }],
    ['io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec', 'metrics', { listType: 'atomic' }],
    ['io.k8s.api.core.v1.Node', 'kind', { type: 'string' }],
  ])('%s.%s', (definition, field, facts) => {
    expect(getSchema(definition).properties?.[field]).toMatchObject(facts);
  });

  it('shares what is the same, also in a cycle', () => {
    const props = getSchema('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
    expect(props.properties?.not).toBe(props);
    expect(props.properties?.allOf?.items).toBe(props);
    expect(getSchema('io.k8s.api.core.v1.Pod')).toBe(getSchema('io.k8s.api.core.v1.Pod'));
  });

  it('has no fields but those of the API', () => {
    expect(getSchema('io.k8s.api.core.v1.Pod').properties?.constructor).toBeUndefined();
  });

  it('refuses unknown names', () => {
    expect(() => getSchema('io.k8s.api.core.v1.Pad')).toThrow('no schema is named io.k8s.api.core.v1.Pad');
  });

  it('builds every definition', () => {
    const names = listSchemaNames();
    expect(names.length).toBe(771);
    for (const name of names) expect(getSchema(name).name).toBe(name);
  });
});

it.each([
  ['core.v1.Service', { spec: { type: 5 } }, 'number into Go struct field ServiceSpec.spec.type of type v1.ServiceType'],
  ['core.v1.Service', { spec: { ipFamilies: 'IPv4' } }, 'string into Go struct field ServiceSpec.spec.ipFamilies of type []v1.IPFamily'],
  ['core.v1.Service', { spec: { ports: [{ protocol: true }] } }, 'bool into Go struct field ServicePort.spec.ports.protocol of type v1.Protocol'],
  ['core.v1.PersistentVolumeClaim', { spec: { accessModes: [1] } }, 'number into Go struct field PersistentVolumeClaimSpec.spec.accessModes of type v1.PersistentVolumeAccessMode'],
  ['core.v1.Secret', { type: 1 }, 'number into Go struct field Secret.type of type v1.SecretType'],
  ['core.v1.Pod', { metadata: { uid: 5 } }, 'number into Go struct field ObjectMeta.metadata.uid of type types.UID'],
  ['core.v1.Pod', { spec: { containers: [{ resources: { limits: '5' } }] } }, 'string into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList'],
])('decoding errors name the Go type of %s', (name, value, message) => {
  expect(() => decodeObject(getSchema(`io.k8s.api.${name}`), value)).toThrow(`json: cannot unmarshal ${message}`);
});
