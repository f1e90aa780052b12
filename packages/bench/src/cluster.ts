import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, deployments, loadClientConfig, pods } from '@typekube/client';
import type { corev1 } from '@typekube/api';
import { freePorts } from '@typekube/storage/testing';
import type { Benchmark } from './benchmark';
import { TempFolder } from './processes/temp-folder';
import type { Row } from './report';
import { median } from './statistics';

const TYPEKUBE = require.resolve('@typekube/cli/package.json').replace('package.json', 'bin/typekube.js');
const IMAGE = 'localhost/bench:1';
const PODS = 30;
const NAMESPACE = 'default';

/** Kubernetes 1.20 with its defaults on a machine of this size, images present: measured once, not in this run. */
const KUBERNETES = { podMedian: 1.004, podP99: 1.48, deployment: 21 } as const;

/** A whole cluster on this machine: needs root and containerd, so it runs only by name. */
export const cluster: Benchmark = {
  name: 'cluster',
  async run({ note }) {
    using folder = new TempFolder();
    const dataDir = join(folder.path, 'data');
    try {
      const [port] = await freePorts(1);
      const begun = performance.now();
      await typekube('up', '--data-dir', dataDir, '--port', String(port));
      const up = seconds(begun);
      await typekube('image', 'import', await sleepImage(folder.path), '--data-dir', dataDir);
      using client = new Client(await loadClientConfig({ path: join(dataDir, 'admin.kubeconfig') }), { component: 'bench' });
      const single = await timePods(client);
      const many = await timeDeployment(client);
      for (const [name, megabytes] of residentMegabytes(dataDir)) note(`${name}: ${megabytes.toFixed(0)} MB resident`);
      return [
        { what: 'up to node Ready', unit: 's', ours: up },
        { what: 'one pod to Ready, median of 30', unit: 's', ours: median(single), reference: KUBERNETES.podMedian, goal: { of: 'ours', atMost: 0.4 } },
        { what: 'one pod to Ready, p99 of 30', unit: 's', ours: Math.max(...single), reference: KUBERNETES.podP99 },
        { what: '30 pods of a Deployment Ready', unit: 's', ours: many, reference: KUBERNETES.deployment, goal: { of: 'ours', atMost: 8 } },
      ] satisfies Row[];
    } finally {
      await typekube('down', '--purge', '--data-dir', dataDir);
    }
  },
};

/** Seconds from creating a pod to its being Ready, one pod after the other: none begins before the one before it has gone. */
async function timePods(client: Client): Promise<number[]> {
  const times: number[] = [];
  for (let number = 0; number < PODS; number += 1) {
    const name = `single-${number}`;
    const begun = performance.now();
    const { metadata } = await client.for(pods, NAMESPACE).create({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: podSpec() });
    await ready(client, `metadata.name=${name}`, metadata.resourceVersion ?? '', 1);
    times.push(seconds(begun));
    await gone(client, name);
  }
  return times;
}

/** Deletes a pod and waits until the kubelet, which has ended its containers by then, has taken it from the API. */
async function gone(client: Client, name: string): Promise<void> {
  const { metadata } = await client.for(pods, NAMESPACE).get(name);
  await client.for(pods, NAMESPACE).delete(name, { gracePeriodSeconds: 1 });
  const changes = client.for(pods, NAMESPACE).watch({ fieldSelector: `metadata.name=${name}`, resourceVersion: metadata.resourceVersion ?? '' });
  for await (const { type } of changes) if (type === 'DELETED') return;
}

async function timeDeployment(client: Client): Promise<number> {
  const labels = { app: 'bench' };
  const { metadata } = await client.for(pods, NAMESPACE).list();
  const begun = performance.now();
  await client.for(deployments, NAMESPACE).create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'bench' },
    spec: { replicas: PODS, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec() } },
  });
  await ready(client, '', metadata.resourceVersion ?? '', PODS, 'app=bench');
  return seconds(begun);
}

/** Resolves when so many pods of the selection have become Ready. */
async function ready(client: Client, fieldSelector: string, resourceVersion: string, count: number, labelSelector = ''): Promise<void> {
  const seen = new Set<string>();
  for await (const { object } of client.for(pods, NAMESPACE).watch({ fieldSelector, labelSelector, resourceVersion })) {
    const { metadata, status } = object as corev1.Pod;
    if (status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True')) seen.add(metadata.uid ?? '');
    if (seen.size === count) return;
  }
}

function podSpec(): corev1.PodSpec {
  return { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: IMAGE, command: ['/busybox', 'sleep', '3600'] }] };
}

function residentMegabytes(dataDir: string): [string, number][] {
  const { processes } = JSON.parse(readFileSync(join(dataDir, 'run', 'state.json'), 'utf8')) as { processes: { name: string; pid?: number }[] };
  return processes.flatMap(({ name, pid }): [string, number][] => {
    const kilobytes = pid === undefined ? null : /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return kilobytes ? [[name, Number(kilobytes[1]) / 1000]] : [];
  });
}

/** An archive of an image with nothing in it but busybox. */
async function sleepImage(folder: string): Promise<string> {
  const root = join(folder, 'rootfs');
  mkdirSync(root);
  await run('sh', ['-c', 'cp /bin/busybox "$1/" && tar -C "$1" -cf "$2/layer.tar" . && sha256sum "$2/layer.tar" | cut -c1-64 >"$2/digest"', 'sh', root, folder]);
  const digest = readFileSync(join(folder, 'digest'), 'utf8').trim();
  const config = { architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [IMAGE], Layers: ['layer.tar'] }]));
  await run('tar', ['-C', folder, '-cf', join(folder, 'image.tar'), 'manifest.json', 'config.json', 'layer.tar']);
  return join(folder, 'image.tar');
}

function typekube(...args: string[]): Promise<void> {
  return run(process.execPath, [TYPEKUBE, ...args]);
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}

function seconds(begun: number): number {
  return (performance.now() - begun) / 1000;
}
