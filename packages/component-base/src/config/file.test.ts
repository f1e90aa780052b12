import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfigFile, parseConfig } from './file';

const kind = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  fields: {
    maxPods: 'integer',
    syncFrequency: 'duration',
    failSwapOn: 'boolean',
    clusterDNS: { list: 'string' },
    evictionHard: { map: 'string' },
    authentication: { fields: { anonymous: { fields: { enabled: 'boolean' } } } },
    extra: 'any',
  },
} as const;

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';

it('reads YAML and JSON', async () => {
  const config = await parseConfig(
    `${HEAD}maxPods: 110\nsyncFrequency: 1m\nfailSwapOn: false\nclusterDNS: [10.96.0.10]\nevictionHard:\n  memory.available: 5%\nauthentication:\n  anonymous: {enabled: true}\nextra: {a: [1]}\n`,
    kind,
  );
  const pods: number | undefined = config.maxPods;
  const isAnonymous: boolean | undefined = config.authentication?.anonymous?.enabled;
  expect([pods, isAnonymous, config.clusterDNS?.[0], config.evictionHard?.['memory.available'], config.extra]).toEqual([
    110, true, '10.96.0.10', '5%', { a: [1] },
  ]);
  expect(await parseConfig('{"apiVersion":"kubelet.config.k8s.io/v1beta1","kind":"KubeletConfiguration","maxPods":3}', kind)).toEqual({ maxPods: 3 });
});

it('reads files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'config-'));
  const path = join(folder, 'config.yaml');
  await writeFile(path, `${HEAD}maxPods: 1\n`);
  expect(await loadConfigFile(path, kind)).toEqual({ maxPods: 1 });
  await expect(loadConfigFile(join(folder, 'absent'), kind)).rejects.toThrow('ENOENT');
  await rm(folder, { recursive: true });
});

it.each([
  ['kind: X\n', /^Object 'apiVersion' is missing in 'kind: X\n'$/],
  ['apiVersion: v1\n', /^Object 'Kind' is missing in/],
  ['apiVersion: v1\nkind: X\n', /^no kind "X" is registered for version "v1"$/],
  [`${HEAD}maxPod: 1\nauthentication: {x509: {}}\n`, /^strict decoding error: unknown field "maxPod", unknown field "authentication\.x509"$/],
  [`${HEAD}maxPods: many\n`, /^strict decoding error: field "maxPods" must be an integer$/],
  [`${HEAD}syncFrequency: 5\n`, /field "syncFrequency" must be a duration/],
  [`${HEAD}syncFrequency: 5d\n`, /field "syncFrequency" must be a duration/],
  [`${HEAD}clusterDNS: x\n`, /field "clusterDNS" must be a list/],
  [`${HEAD}clusterDNS: [1]\n`, /field "clusterDNS\[0\]" must be a string/],
  [`${HEAD}evictionHard: []\n`, /field "evictionHard" must be a map/],
  [`${HEAD}maxPods: 1\nmaxPods: 2\n`, /^error parsing configuration: Map keys must be unique/],
  [`${HEAD}constructor: 1\n`, /unknown field "constructor"/],
  ['- a\n', /^the configuration must be a map of fields$/],
  ['', /^the configuration must be a map of fields$/],
])('refuses %j', async (text, message) => {
  await expect(parseConfig(text, kind)).rejects.toThrow(message);
});
