import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PluginOutcome, runPlugin } from '../../testing';
import type { AdmissionPlugin } from '../admission';
import { WebhookProcess } from '../webhooks/testing/webhook-process';
import { prepareImagePolicyWebhook } from './image-policy-webhook';

let folder: string;
let hook: WebhookProcess;
const stop = new AbortController();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'typekube-images-'));
  hook = await WebhookProcess.start({ port: 0, token: '' });
  await writeFile(join(folder, 'ca.crt'), hook.authority);
});

afterAll(async () => {
  stop.abort();
  await hook[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function start(answer: string, config: object = {}, port = hook.port): Promise<AdmissionPlugin> {
  const cluster = { server: `https://127.0.0.1:${port}/${answer}`, 'certificate-authority': 'ca.crt' };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token: 't' } }],
  };
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  const flags = { defaultNotReadyTolerationSeconds: 300, defaultUnreachableTolerationSeconds: 300 };
  const configuration = JSON.stringify({ imagePolicy: { kubeConfigFile: 'kubeconfig', retryBackoff: 1, ...config } });
  const make = await prepareImagePolicyWebhook({ configuration, flags, folder });
  return make({ stopping: stop.signal, log: { info: () => undefined, error: () => undefined } });
}

const pod = (image: string, annotations: object = {}): object => ({
  kind: 'Pod',
  metadata: { name: 'p', annotations },
  spec: { containers: [{ name: 'c', image }] },
});
const create = (plugin: AdmissionPlugin, object: object): Promise<PluginOutcome> => runPlugin(plugin, { plural: 'pods', object });

it('asks about the images, with the annotations that are for it', async () => {
  const plugin = await start('images');
  const { refusal, annotations } = await create(plugin, pod('good', { 'team.image-policy.k8s.io/ticket': '1', other: 'x' }));
  expect(refusal).toBeUndefined();
  expect(annotations).toEqual({ 'imagepolicywebhook.image-policy.k8s.io/seen': 'default' });
  expect(await hook.lastRequest()).toEqual({
    containers: [{ image: 'good' }],
    annotations: { 'team.image-policy.k8s.io/ticket': '1' },
    namespace: 'default',
  });
});

it('refuses what is denied', async () => {
  const { refusal } = await create(await start('images'), pod('bad'));
  expect(refusal).toBe('pods "p" is forbidden: image policy webhook backend denied one or more images: bad');
});

it('asks once about the same', async () => {
  const plugin = await start('images');
  const before = await hook.timesAsked();
  for (let i = 0; i < 3; i += 1) await create(plugin, pod('same'));
  expect((await hook.timesAsked()) - before).toBe(1);
});

it.each([
  [false, 403],
  [true, undefined],
])('with defaultAllow %s where nobody answers', async (defaultAllow, code) => {
  expect((await create(await start('images', { defaultAllow }, 1), pod('good'))).code).toBe(code);
});

it.each([
  [{ kubeConfigFile: '' }, 'validate requires kubeConfigFile'],
  [{ allowTTL: 10_000 }, 'validate allow cache: valid value is between 1000ms and 1800000ms, got 10000'],
])('refuses the configuration %j', async (config, message) => {
  await expect(start('images', config)).rejects.toThrow(message);
});
