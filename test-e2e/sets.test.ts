import { freePorts } from '@typekube/storage/testing';
import { Cluster, eventually } from './support/cluster';
import type { Kubectl } from './support/kubectl';

jest.setTimeout(240_000);

const MANAGER = 'kube-controller-manager';

const container = { name: 'c', image: 'busybox:1', command: ['sleep', '3600'] };

const workload = (kind: string, name: string, spec: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
    ...spec,
  },
});

const CLAIM = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };

const OBJECTS = [
  workload('DaemonSet', 'agent'),
  workload('StatefulSet', 'db', { serviceName: 'db', replicas: 2 }),
  workload('StatefulSet', 'store', { serviceName: 'db', volumeClaimTemplates: [CLAIM], persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } }),
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'db' }, spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 8080 }] } },
];

const KINDS = ['daemonset/agent', 'statefulset/db'] as const;

describe('daemon sets and stateful sets in real containers', () => {
  let cluster: Cluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    const [port] = await freePorts(1);
    cluster = new Cluster(port!);
    await cluster.upWithBusybox();
    kubectl = cluster.kubectl('1.35');
    await kubectl.send('apply', OBJECTS);
    await rolledOut();
  });

  afterAll(() => cluster.close());

  const rolledOut = async (): Promise<void> => {
    for (const set of KINDS) await kubectl.ok(['rollout', 'status', set, '--timeout=60s'], { timeoutMs: 70_000 });
  };
  const podsOf = async (app: string, template: string): Promise<string[]> =>
    (await kubectl.jsonpath(`{range .items[*]}${template}{"\\n"}{end}`, 'pods', '-l', `app=${app}`)).trim().split('\n').sort();
  const uids = async (): Promise<string[]> => [...(await podsOf('agent', '{.metadata.uid}')), ...(await podsOf('db', '{.metadata.uid}'))];
  const revisions = (app: string): Promise<string> => kubectl.jsonpath('{.items[*].revision}', 'controllerrevisions', '-l', `app=${app}`, '--sort-by=.revision');

  it('gives each pod of a stateful set its name, also in DNS', async () => {
    expect(await podsOf('db', '{.metadata.name}')).toEqual(['db-0', 'db-1']);
    const address = await kubectl.jsonpath('{.status.podIP}', 'pod', 'db-1');
    const lookup = async (): Promise<string> => (await kubectl.run(['exec', 'db-0', '--', 'nslookup', 'db-1.db.default.svc.cluster.local'])).stdout;
    expect(await eventually(lookup, (answer) => answer.includes(address))).toContain('10.96.0.10');
  });

  it('restarts every pod', async () => {
    const before = await uids();
    for (const set of KINDS) await kubectl.ok(['rollout', 'restart', set]);
    await rolledOut();
    const now = await uids();
    expect([now.length, now.filter((uid) => before.includes(uid)).length]).toEqual([3, 0]);
    expect([await revisions('agent'), await revisions('db')]).toEqual(['1 2', '1 2']);
  });

  it('goes back, and scales', async () => {
    for (const set of KINDS) expect(await kubectl.ok(['rollout', 'undo', set])).toMatch(/rolled back/);
    await rolledOut();
    expect([await revisions('agent'), await revisions('db')]).toEqual(['2 3', '2 3']);
    await kubectl.ok(['scale', 'statefulset/db', '--replicas=1']);
    await eventually(() => podsOf('db', '{.metadata.name}'), (names) => names.join() === 'db-0');
  });

  it('leaves orphans, which the next ones adopt', async () => {
    const before = await uids();
    for (const set of KINDS) await kubectl.ok(['delete', set, '--cascade=orphan']);
    await kubectl.send('apply', OBJECTS);
    await rolledOut();
    expect(await uids()).toEqual(expect.arrayContaining(before));
    expect(await podsOf('db', '{.metadata.ownerReferences[0].kind}')).toEqual(['StatefulSet', 'StatefulSet']);
    await kubectl.ok(['delete', ...KINDS, '--wait']);
    await eventually(async () => [...(await podsOf('agent', '{.metadata.name}')), ...(await podsOf('db', '{.metadata.name}'))].join(''), (names) => names === '');
  });

  it('makes claims, which go with their set', async () => {
    expect(await kubectl.jsonpath('{.metadata.ownerReferences[0].name}', 'pvc', 'data-store-0')).toBe('store');
    await kubectl.ok(['delete', 'statefulset/store']);
    await eventually(() => kubectl.jsonpath('{.items[*].metadata.name}', 'pvc'), (names) => names === '');
  });

  it('needs no more than the rights that upstream gives', () => {
    const refusals = cluster.log(MANAGER).split('\n').filter((line) => /(daemon-set|statefulset)-controller.*is forbidden|is forbidden.*(daemon-set|statefulset)-controller/.test(line));
    expect(refusals).toEqual([]);
  });
});
