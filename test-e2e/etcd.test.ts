import { samples } from '@typekube/api/testing';
import type { KubeObject } from '@typekube/apimachinery';
import type { EtcdProcess } from '@typekube/storage/testing';
import { Scope } from './support/scope';
import type { ServerProcess } from './support/server';

const scope = new Scope();
let etcd: EtcdProcess;
let first: ServerProcess;
let second: ServerProcess;
beforeAll(async () => {
  etcd = await scope.etcd();
  const args = [`--etcd-servers=${etcd.endpoint}`];
  first = await scope.server({ args });
  second = await scope.server({ args });
});

/** Reads a key as any etcd client would, through etcd's own JSON gateway. */
async function readKey(key: string): Promise<{ value: string; modRevision: string } | undefined> {
  const response = await fetch(`${etcd.endpoint}/v3/kv/range`, {
    method: 'POST',
    body: JSON.stringify({ key: Buffer.from(key).toString('base64') }),
  });
  const { kvs }: { kvs?: { value: string; mod_revision: string }[] } = JSON.parse(await response.text());
  const [found] = kvs ?? [];
  return found && { value: Buffer.from(found.value, 'base64').toString(), modRevision: found.mod_revision };
}

/** Where a kube-apiserver keeps each kind (its test data for storage paths), for objects named NAME in the namespace NS. */
const KEYS: Readonly<Record<string, string>> = {
  'v1/ConfigMap': '/registry/configmaps/NS/NAME',
  'v1/Endpoints': '/registry/services/endpoints/NS/NAME',
  'v1/Event': '/registry/events/NS/NAME',
  'v1/LimitRange': '/registry/limitranges/NS/NAME',
  'v1/Namespace': '/registry/namespaces/NAME',
  'v1/Node': '/registry/minions/NAME',
  'v1/PersistentVolume': '/registry/persistentvolumes/NAME',
  'v1/PersistentVolumeClaim': '/registry/persistentvolumeclaims/NS/NAME',
  'v1/Pod': '/registry/pods/NS/NAME',
  'v1/PodTemplate': '/registry/podtemplates/NS/NAME',
  'v1/ReplicationController': '/registry/controllers/NS/NAME',
  'v1/ResourceQuota': '/registry/resourcequotas/NS/NAME',
  'v1/Secret': '/registry/secrets/NS/NAME',
  'v1/Service': '/registry/services/specs/NS/NAME',
  'v1/ServiceAccount': '/registry/serviceaccounts/NS/NAME',
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': '/registry/mutatingwebhookconfigurations/NAME',
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': '/registry/validatingwebhookconfigurations/NAME',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': '/registry/validatingadmissionpolicies/NAME',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding': '/registry/validatingadmissionpolicybindings/NAME',
  'apiextensions.k8s.io/v1/CustomResourceDefinition': '/registry/apiextensions.k8s.io/customresourcedefinitions/NAME',
  'apiregistration.k8s.io/v1/APIService': '/registry/apiregistration.k8s.io/apiservices/NAME',
  'apps/v1/ControllerRevision': '/registry/controllerrevisions/NS/NAME',
  'apps/v1/DaemonSet': '/registry/daemonsets/NS/NAME',
  'apps/v1/Deployment': '/registry/deployments/NS/NAME',
  'apps/v1/ReplicaSet': '/registry/replicasets/NS/NAME',
  'apps/v1/StatefulSet': '/registry/statefulsets/NS/NAME',
  'autoscaling/v2/HorizontalPodAutoscaler': '/registry/horizontalpodautoscalers/NS/NAME',
  'batch/v1/CronJob': '/registry/cronjobs/NS/NAME',
  'batch/v1/Job': '/registry/jobs/NS/NAME',
  'certificates.k8s.io/v1/CertificateSigningRequest': '/registry/certificatesigningrequests/NAME',
  'coordination.k8s.io/v1/Lease': '/registry/leases/NS/NAME',
  'discovery.k8s.io/v1/EndpointSlice': '/registry/endpointslices/NS/NAME',
  'flowcontrol.apiserver.k8s.io/v1/FlowSchema': '/registry/flowschemas/NAME',
  'flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration': '/registry/prioritylevelconfigurations/NAME',
  'networking.k8s.io/v1/Ingress': '/registry/ingress/NS/NAME',
  'networking.k8s.io/v1/IngressClass': '/registry/ingressclasses/NAME',
  'networking.k8s.io/v1/IPAddress': '/registry/ipaddresses/NAME',
  'networking.k8s.io/v1/NetworkPolicy': '/registry/networkpolicies/NS/NAME',
  'networking.k8s.io/v1/ServiceCIDR': '/registry/servicecidrs/NAME',
  'node.k8s.io/v1/RuntimeClass': '/registry/runtimeclasses/NAME',
  'policy/v1/PodDisruptionBudget': '/registry/poddisruptionbudgets/NS/NAME',
  'rbac.authorization.k8s.io/v1/ClusterRole': '/registry/clusterroles/NAME',
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': '/registry/clusterrolebindings/NAME',
  'rbac.authorization.k8s.io/v1/Role': '/registry/roles/NS/NAME',
  'rbac.authorization.k8s.io/v1/RoleBinding': '/registry/rolebindings/NS/NAME',
  'resource.k8s.io/v1/DeviceClass': '/registry/deviceclasses/NAME',
  'resource.k8s.io/v1/ResourceClaim': '/registry/resourceclaims/NS/NAME',
  'resource.k8s.io/v1/ResourceClaimTemplate': '/registry/resourceclaimtemplates/NS/NAME',
  'resource.k8s.io/v1/ResourceSlice': '/registry/resourceslices/NAME',
  'scheduling.k8s.io/v1/PriorityClass': '/registry/priorityclasses/NAME',
  'storage.k8s.io/v1/CSIDriver': '/registry/csidrivers/NAME',
  'storage.k8s.io/v1/CSINode': '/registry/csinodes/NAME',
  'storage.k8s.io/v1/CSIStorageCapacity': '/registry/csistoragecapacities/NS/NAME',
  'storage.k8s.io/v1/StorageClass': '/registry/storageclasses/NAME',
  'storage.k8s.io/v1/VolumeAttachment': '/registry/volumeattachments/NAME',
  'storage.k8s.io/v1/VolumeAttributesClass': '/registry/volumeattributesclasses/NAME',
};

describe('what lies in etcd', () => {
  let plurals: Map<string, string>;
  beforeAll(async () => {
    plurals = await discover(first);
  });

  it.each(Object.entries(KEYS))('%s is at %s, as JSON without a resourceVersion', async (title, template) => {
    const sample = structuredClone(samples[title]);
    if (!sample) throw new Error(`there is no sample of ${title}`);
    const isNamespaced = template.includes('/NS/');
    const created = await first.client.post(pathOf(sample, isNamespaced, plurals), sample);
    const key = template.replace('NS', 'default').replace('NAME', created.metadata.name ?? '');
    const stored = await readKey(key);
    const object: KubeObject = JSON.parse(stored?.value ?? 'null');
    expect(object).toMatchObject({
      apiVersion: sample.apiVersion,
      kind: sample.kind,
      metadata: { name: created.metadata.name, uid: created.metadata.uid },
    });
    expect(object.metadata).not.toHaveProperty('resourceVersion');
    // The server itself may have written its status since.
    const newest = await first.client.get<KubeObject>(`${pathOf(sample, isNamespaced, plurals)}/${created.metadata.name}`);
    expect([created, newest].map(({ metadata }) => metadata.resourceVersion)).toContain(stored?.modRevision);
  });

  it('binds what expires to a lease', async () => {
    const response = await fetch(`${etcd.endpoint}/v3/kv/range`, {
      method: 'POST',
      body: JSON.stringify({ key: Buffer.from('/registry/events/default/sample-event').toString('base64') }),
    });
    const { kvs }: { kvs: { lease?: string }[] } = JSON.parse(await response.text());
    expect(Number(kvs[0]?.lease)).toBeGreaterThan(0);
  });
});

describe('two API servers on one etcd', () => {
  const path = '/api/v1/namespaces/default/configmaps';

  it("see each other's writes at once, by get and by list", async () => {
    await first.client.post(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shared' }, data: { n: '0' } });
    for (let n = 1; n <= 40; n++) {
      const [writer, reader] = n % 2 ? [first, second] : [second, first];
      const written = await writer.client.put(`${path}/shared`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'shared' },
        data: { n: String(n) },
      });
      const [got, listed] = await Promise.all([
        reader.client.get(`${path}/shared`),
        reader.client.get<{ items: KubeObject[] }>(`${path}?fieldSelector=metadata.name=shared`),
      ]);
      expect(got).toEqual(written);
      expect(listed.items).toMatchObject([{ metadata: { resourceVersion: written.metadata.resourceVersion } }]);
    }
  });

  it('let only one of two writers of the same version through', async () => {
    const read = await first.client.post(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'raced' } });
    const write = (server: ServerProcess, color: string): Promise<{ status: number }> =>
      server.client.send('PUT', `${path}/raced`, { ...read, data: { color } });
    const answers = await Promise.all([write(first, 'red'), write(second, 'blue'), write(first, 'green')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it("show each other's writes to watchers", async () => {
    const events = second.client.watch(`${path}?watch=1&fieldSelector=metadata.name=watched`);
    const next = events.next();
    const created = await first.client.post(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'watched' } });
    expect((await next).value).toMatchObject({
      type: 'ADDED',
      object: { metadata: { resourceVersion: created.metadata.resourceVersion } },
    });
    await first.client.delete(`${path}/watched`);
    expect((await events.next()).value).toMatchObject({ type: 'DELETED' });
    await events.return();
  });

  it('never give two services the same address', async () => {
    const create = async (server: ServerProcess, name: string): Promise<string> => {
      const service = { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }] } };
      const { spec } = await server.client.post<{ spec: { clusterIP: string } }>('/api/v1/namespaces/default/services', service);
      return spec.clusterIP;
    };
    const addresses = await Promise.all(Array.from({ length: 30 }, (_, n) => create(n % 2 ? first : second, `svc-${n}`)));
    expect(new Set(addresses).size).toBe(30);
  });
});

/** `v1/Pod` is `pods`. */
async function discover({ client }: ServerProcess): Promise<Map<string, string>> {
  const { groups } = await client.get<{ groups: { versions: { groupVersion: string }[] }[] }>('/apis');
  const versions = ['v1', ...groups.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion))];
  const lists = versions.map(async (version) => {
    const { resources } = await client.get<{ resources: { name: string; kind: string }[] }>(rootOf(version));
    return resources.filter(({ name }) => !name.includes('/')).map(({ name, kind }) => [`${version}/${kind}`, name] as const);
  });
  return new Map((await Promise.all(lists)).flat());
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function pathOf({ apiVersion, kind }: KubeObject, isNamespaced: boolean, plurals: ReadonlyMap<string, string>): string {
  return `${rootOf(apiVersion)}${isNamespaced ? '/namespaces/default' : ''}/${plurals.get(`${apiVersion}/${kind}`)}`;
}
