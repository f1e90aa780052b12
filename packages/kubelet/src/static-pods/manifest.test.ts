import { readManifest } from './manifest';

const PLACE = { path: '/etc/kubernetes/manifests/web.yaml', node: 'node-1' };
const HEAD = 'apiVersion: v1\nkind: Pod\n';
const CONTAINERS = 'containers: [{name: main, image: "busybox:1"}]';
const POD = `${HEAD}metadata: {name: web, labels: {app: web}}\nspec: {${CONTAINERS}}\n`;

const uidOf = (text: string, place = PLACE): string | undefined => readManifest(text, place).metadata.uid;

it('makes a static pod as upstream does', () => {
  const pod = readManifest(POD, PLACE);
  const uid = pod.metadata.uid ?? '';
  expect(uid).toMatch(/^[0-9a-f]{32}$/);
  expect(pod.metadata).toEqual({
    name: 'web-node-1',
    namespace: 'default',
    uid,
    labels: { app: 'web' },
    annotations: { 'kubernetes.io/config.hash': uid, 'kubernetes.io/config.source': 'file' },
  });
  expect(pod.spec).toMatchObject({
    nodeName: 'node-1',
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
    containers: [{ name: 'main', imagePullPolicy: 'IfNotPresent' }],
  });
  expect(pod.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
});

it('has one uid for one content, whatever the order of its fields, and another for another content, file or node', () => {
  const turned = `kind: Pod\nspec: {${CONTAINERS}}\nmetadata: {labels: {app: web}, name: web}\napiVersion: v1\n`;
  expect(uidOf(turned)).toBe(uidOf(POD));
  expect(uidOf(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'busybox:1' }] } }))).toBe(uidOf(POD));
  expect(new Set([uidOf(POD), uidOf(POD.replace('busybox:1', 'busybox:2')), uidOf(POD, { ...PLACE, path: '/other' }), uidOf(POD, { ...PLACE, node: 'b' })]).size).toBe(4);
  expect(uidOf(POD.replace('{name: web', '{uid: my-own, name: web'))).toBe('my-own');
});

it('has no version of the API, whatever its file says', () => {
  const { metadata } = readManifest(POD.replace('{name: web', '{resourceVersion: "7", deletionTimestamp: "2020-01-01T00:00:00Z", name: web'), PLACE);
  expect(metadata).not.toHaveProperty('resourceVersion');
  expect(metadata).not.toHaveProperty('deletionTimestamp');
});

const withSpec = (spec: string): string => `${HEAD}metadata: {name: web}\nspec: {${CONTAINERS}, ${spec}}\n`;

it.each<[string, string, RegExp]>([
  ['no object', '[]', /holds no object/],
  ['broken YAML', 'a: [', /./],
  ['no kind', 'apiVersion: v1', /Object 'Kind' is missing/],
  ['another kind', 'apiVersion: v1\nkind: Service\nmetadata: {name: a}', /invalid pod: .*kind "Service"/],
  ['no name', `${HEAD}spec: {${CONTAINERS}}`, /name is needed for the pod/],
  ['no containers', `${HEAD}metadata: {name: web}\nspec: {}`, /invalid pod: spec\.containers: Required value/],
  ['a name that is none', POD.replace('name: web', 'name: We_b'), /invalid pod: metadata\.name: Invalid value: "We_b-node-1"/],
  ['a wrong type', withSpec('hostNetwork: "yes"'), /cannot unmarshal string into Go struct field/],
  ['a service account', withSpec('serviceAccountName: robot'), /^static pods may not reference serviceaccounts$/],
  ['a secret', withSpec('volumes: [{name: v, secret: {secretName: s}}]'), /^static pods may not reference secrets$/],
  ['a pull secret', withSpec('imagePullSecrets: [{name: s}]'), /^static pods may not reference secrets$/],
  ['a ConfigMap', withSpec('volumes: [{name: v, projected: {sources: [{configMap: {name: c}}]}}]'), /^static pods may not reference configmaps$/],
  ['a ConfigMap in the environment', POD.replace('image:', 'envFrom: [{configMapRef: {name: c}}], image:'), /^static pods may not reference configmaps$/],
  ['a claim', withSpec('volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]'), /^static pods may not reference persistentvolumeclaims$/],
])('refuses %s', (_, text, message) => {
  expect(() => readManifest(text, PLACE)).toThrow(message);
});
