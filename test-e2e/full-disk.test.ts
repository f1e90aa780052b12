import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mountTmpfs, unmount } from '@typekube/component-base/linux';
import { freePorts } from '@typekube/storage/testing';
import { Cluster, eventually, must } from './support/cluster';
import type { Kubectl } from './support/kubectl';

jest.setTimeout(240_000);

const labels = { app: 'sleepy' };
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'sleepy' },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: 'busybox:1', command: ['sh', '-c', 'trap exit TERM; while true; do sleep 0.1; done'] }] },
    },
  },
};

/** Enough for a small cluster, and soon full. */
const DISK_BYTES = 256 * 1024 * 1024;

describe('a cluster whose disk is full', () => {
  const disk = mkdtempSync(join(tmpdir(), 'typekube-disk-'));
  const fill = join(disk, 'fill');
  let cluster: Cluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    mountTmpfs(disk, { size: DISK_BYTES });
    const [port] = await freePorts(1);
    cluster = new Cluster(port!, disk);
    await cluster.upWithBusybox();
    kubectl = cluster.kubectl('1.35');
    await kubectl.send('apply', DEPLOYMENT);
    await rolledOut();
  });

  afterAll(async () => {
    await cluster.close();
    unmount(disk, { lazy: true });
    rmSync(disk, { recursive: true });
  });

  const rolledOut = (): Promise<string> => kubectl.ok(['rollout', 'status', 'deployment/sleepy', '--timeout=120s']);

  it('takes pods away all the same, and goes on by itself when there is room', async () => {
    const [before = ''] = (await kubectl.jsonpath('{.items[*].metadata.name}', 'pods')).split(' ');
    expect(() => writeFileSync(fill, Buffer.alloc(DISK_BYTES))).toThrow('ENOSPC');
    await kubectl.ok(['delete', 'pod', before, '--timeout=60s']);
    const reasons = (): Promise<string> => kubectl.jsonpath('{.items[*].status.containerStatuses[*].state.waiting.reason}', 'pods');
    // There is room for some of another, or for nothing of it.
    await eventually(reasons, Boolean);
    const killed = await cluster.pids();
    for (const name of ['kube-apiserver', 'cri-shim', 'kubelet']) await must('kill', ['-9', String(killed.get(name))]);
    truncateSync(fill, 0);
    const ready = async (): Promise<string> => (await kubectl.run(['get', 'deployment', 'sleepy', '-o', 'jsonpath={.status.readyReplicas}'])).stdout;
    await eventually(ready, (count) => count === '2');
    await eventually(
      () => cluster.pids(),
      (now) => [...now.keys()].every((name) => Boolean(now.get(name))),
    );
  });
});
