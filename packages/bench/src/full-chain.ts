import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from './benchmark';
import { type LoadCommands, startLoadWorker } from './load/load-worker';
import { alternate, measureLoad, medianSample, type Sample } from './load/measure';
import { CONFIG_MAPS, configMap, COUNTER, createRequest, rawRequest } from './load/requests';
import { ApiServer, tokenOf } from './processes/api-server';
import { TempFolder } from './processes/temp-folder';
import type { Worker } from './processes/worker';
import type { Row } from './report';
import { CONNECTIONS, noteLoad, openTarget, sendOnce } from './setup';

const ROUNDS = 5;
const ROUND_MS = 1200;
const BINDINGS = 1000;

const POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n';

/**
 * What everything that guards the server costs: a user without privileges, RBAC with a thousand bindings, API priority and fairness,
 * and auditing at Metadata; beside a server that has none of it.
 */
export const fullChain: Benchmark = {
  name: 'full-chain',
  async run(options) {
    using fullFolder = new TempFolder();
    using bareFolder = new TempFolder();
    const policy = join(fullFolder.path, 'policy.yaml');
    writeFileSync(policy, POLICY);
    const args = [`--audit-policy-file=${policy}`, `--audit-log-path=${join(fullFolder.path, 'audit.log')}`, '--audit-log-maxbackup=1', '--authorization-mode=RBAC'];
    await using full = await ApiServer.start({ dataDir: fullFolder.path, args });
    await using bare = await ApiServer.start({ dataDir: bareFolder.path, args: ['--authorization-mode=AlwaysAllow', '--enable-priority-and-fairness=false'] });
    await using load = startLoadWorker();
    const targets = { full: await openTarget(load, full.port), bare: await openTarget(load, bare.port) };
    await createBindings(load, full.port);
    // The counter goes on from one server to the other: the object that is read must be on both.
    for (const { port } of [full, bare]) await sendOnce(port, objectToRead());
    const token = tokenOf('user');
    const compare = (request: string): Promise<{ ours: Sample[]; reference: Sample[] }> =>
      alternate(
        ROUNDS,
        () => measureLoad(load, full, { target: targets.full, request, durationMs: ROUND_MS }),
        () => measureLoad(load, bare, { target: targets.bare, request, durationMs: ROUND_MS }),
      );
    const gets = rowsOf(options, 'GET', await compare(rawRequest('GET', `${CONFIG_MAPS}/read`, '', token)), 0.85);
    const creates = rowsOf(options, 'create', await compare(createRequest(token)), 0.85);
    return [...gets, ...creates];
  },
};

/** Creates what is read. */
function objectToRead(): string {
  return rawRequest('POST', CONFIG_MAPS, configMap('read'));
}

function rowsOf(options: BenchmarkOptions, what: string, rounds: { ours: Sample[]; reference: Sample[] }, atLeast: number): Row[] {
  const [ours, bare] = [medianSample(rounds.ours), medianSample(rounds.reference)];
  noteLoad(options, `${what}, full chain`, ours);
  noteLoad(options, `${what}, switched off`, bare);
  const name = `${what} through the full chain`;
  return [
    { what: name, unit: '1/s', ours: ours.perSecond, reference: bare.perSecond, goal: { of: 'ratio', atLeast } },
    { what: `${name}: CPU of the server`, unit: 'µs', ours: ours.cpuMicros, reference: bare.cpuMicros },
  ];
}

/** Bindings of many users, among them the one that the load comes from. */
async function createBindings(load: Worker<LoadCommands>, port: number): Promise<void> {
  const group = '/apis/rbac.authorization.k8s.io/v1';
  const rules = [{ verbs: ['*'], apiGroups: [''], resources: ['configmaps'] }];
  await sendOnce(port, rawRequest('POST', `${group}/clusterroles`, JSON.stringify({ metadata: { name: 'bench' }, rules })));
  const binding = (name: string, user: string): string => {
    const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }];
    const roleRef = { kind: 'ClusterRole', apiGroup: 'rbac.authorization.k8s.io', name: 'bench' };
    return rawRequest('POST', `${group}/clusterrolebindings`, JSON.stringify({ metadata: { name }, subjects, roleRef }));
  };
  const target = await load.ask('open', { port, connections: CONNECTIONS });
  await load.ask('run', { target, request: binding(`bench-${COUNTER}`, 'somebody-else'), requests: BINDINGS - 1 });
  await sendOnce(port, binding('bench', 'user'));
}
