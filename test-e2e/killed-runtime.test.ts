import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '@typekube/storage/testing';
import { Cluster, eventually, must } from './support/cluster';
import type { Kubectl } from './support/kubectl';

jest.setTimeout(600_000);

const labels = { app: 'restless' };
const REPLICAS = 10;
/** Of the kubelet and of cri-shim in turn, each time at another moment of what they do. */
const KILLS = 16;

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'restless' },
  spec: {
    replicas: REPLICAS,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'c', image: 'busybox:1', command: ['sh', '-c', 'trap exit TERM; while true; do sleep 0.1; done'], volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
        volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
      },
    },
  },
};

/** What the v2 tree beside v1 hierarchies has; none where there is no such tree. */
const V2_CONTROLLERS = '/sys/fs/cgroup/unified/cgroup.controllers';

describe('pods that come and go while kubelet and cri-shim are killed', () => {
  let cluster: Cluster;
  let kubectl: Kubectl;
  let controllers: string;

  beforeAll(async () => {
    const [port] = await freePorts(1);
    controllers = v2Controllers();
    cluster = new Cluster(port!);
    await cluster.upWithBusybox();
    kubectl = cluster.kubectl('1.35');
  });

  afterAll(() => cluster.close());

  /** What there is of pods on this machine, by kind. */
  const traces = async (): Promise<Record<string, string[]>> => {
    const supervisor = (await cluster.pids()).get('supervisor') ?? 0;
    const mounts = readFileSync(`/proc/${supervisor}/mountinfo`, 'utf8').split('\n').map((line) => line.split(' ')[4] ?? '');
    return {
      mounts: mounts.filter((path) => path.startsWith(cluster.dataDir)),
      links: (await must('ip', ['-o', 'link', 'show', 'master', 'typekube0'])).split('\n').filter(Boolean),
      addresses: readdirSync(join(cluster.dataDir, 'cni/ipam'), { recursive: true, encoding: 'utf8' }).filter((name) => /\/\d+\.\d+\.\d+\.\d+$/.test(name)),
      shims: commandLines().filter((line) => line.includes('containerd-shim') && line.includes(cluster.dataDir)),
      cgroups: (await must('find', ['/sys/fs/cgroup', '-type', 'd', '-path', '*/typekube-*/pod*'])).split('\n').filter(Boolean),
      folders: ['kubelet/pods', 'kubelet/logs', 'run/cri-shim/sandboxes'].flatMap((path) => namesIn(join(cluster.dataDir, path)).map((name) => `${path}/${name}`)),
    };
  };

  it('all come at last, and nothing is left of those that went', async () => {
    const before = await traces();
    await kubectl.send('apply', DEPLOYMENT);
    for (let kill = 0; kill < KILLS; kill++) {
      // Some pods go and others come all the time: twenty are on their way.
      await kubectl.run(['delete', 'pods', '-l', 'app=restless', '--wait=false']);
      await delay(100 + ((kill * 397) % 1500));
      const pid = (await cluster.pids()).get(kill % 2 ? 'kubelet' : 'cri-shim');
      if (pid) await must('kill', ['-9', String(pid)]);
    }
    await kubectl.ok(['rollout', 'status', 'deployment/restless', '--timeout=240s']);
    const names = async (): Promise<string[]> => (await kubectl.jsonpath('{.items[*].metadata.name}', 'pods')).split(' ').filter(Boolean);
    await eventually(names, (found) => found.length === REPLICAS);
    await kubectl.ok(['delete', 'deployment', 'restless']);
    await eventually(names, (found) => found.length === 0);
    await eventually(traces, (after) => JSON.stringify(after) === JSON.stringify(before)).catch(async () => expect(await traces()).toEqual(before));
  });

  it('are forgotten with the cluster', async () => {
    await kubectl.send('apply', DEPLOYMENT);
    await kubectl.ok(['rollout', 'status', 'deployment/restless', '--timeout=240s']);
    const pids = await cluster.pids();
    for (const name of ['cri-shim', 'kubelet']) await must('kill', ['-9', String(pids.get(name))]);
    await cluster.ok('down', '--purge');
    expect(commandLines().filter((line) => line.includes(cluster.dataDir))).toEqual([]);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(cluster.dataDir);
    expect(await must('ip', ['link'])).not.toContain('typekube0');
    // A hierarchy that was mounted for the OCI runtime goes when the kernel has come to it.
    await eventually(v2Controllers, (found) => found === controllers);
    // The home of the test's kubectl is not the cluster's.
    expect(namesIn(cluster.dataDir)).toEqual(['home-1.35']);
  });
});

/** None where there is no such folder: it is made with the first that comes into it. */
function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function v2Controllers(): string {
  return existsSync(V2_CONTROLLERS) ? readFileSync(V2_CONTROLLERS, 'utf8') : '';
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        // It has ended since its folder was listed.
        return '';
      }
    });
}
