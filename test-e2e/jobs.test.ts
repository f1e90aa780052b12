import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@typekube/storage/testing';
import { Cluster, eventually, must } from './support/cluster';
import type { Kubectl } from './support/kubectl';

jest.setTimeout(120_000);

/** The pods run a line of the shell. */
function jobSpec(line: string): object {
  const containers = [{ name: 'c', image: 'busybox:1', command: ['sh', '-c', line] }];
  return { template: { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers } } };
}

function job(name: string, line: string, spec: object = {}): object {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { ...spec, ...jobSpec(line) } };
}

describe('jobs, budgets and certificates in a whole cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'typekube-jobs-'));
  let cluster: Cluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    const [port] = await freePorts(1);
    cluster = new Cluster(port!);
    await cluster.upWithBusybox();
    kubectl = cluster.kubectl('1.35');
  });

  afterAll(async () => {
    await cluster.close();
    rmSync(folder, { recursive: true });
  });

  const wait = (name: string, condition: string): Promise<string> => kubectl.ok(['wait', `job/${name}`, `--for=condition=${condition}`, '--timeout=60s']);

  it('runs jobs to their end, with the rights of their controllers alone', async () => {
    const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly' }, spec: { schedule: '0 3 * * *', timeZone: 'Europe/Berlin', jobTemplate: { spec: jobSpec('echo night') } } };
    await kubectl.send('create', [
      job('good', 'echo done', { completions: 2, parallelism: 2 }),
      job('bad', 'exit 3', { backoffLimit: 0 }),
      job('indexed', 'echo "$JOB_COMPLETION_INDEX $(hostname)"', { completionMode: 'Indexed', completions: 3, parallelism: 3 }),
      cronJob,
      job('short', 'true', { ttlSecondsAfterFinished: 0 }),
    ]);
    await kubectl.ok(['create', 'job', 'tonight', '--from=cronjob/nightly']);
    await Promise.all([wait('good', 'Complete'), wait('bad', 'Failed'), wait('indexed', 'Complete'), wait('tonight', 'Complete')]);
    expect(await kubectl.jsonpath('{.status.succeeded} {.status.conditions[*].type}', 'job', 'good')).toBe('2 SuccessCriteriaMet Complete');
    expect(await kubectl.jsonpath('{.status.failed} {.status.conditions[*].reason}', 'job', 'bad')).toBe('1 BackoffLimitExceeded BackoffLimitExceeded');
    expect(await kubectl.jsonpath('{.status.completedIndexes}', 'job', 'indexed')).toBe('0-2');
    expect((await kubectl.ok(['logs', '-l', 'job-name=indexed'])).trim().split('\n').sort()).toEqual(['0 indexed-0', '1 indexed-1', '2 indexed-2']);
    expect(await kubectl.ok(['logs', 'job/tonight'])).toBe('night\n');
    await eventually(() => kubectl.run(['get', 'job', 'short']), ({ code }) => code !== 0);
    expect(await kubectl.ok(['describe', 'job', 'bad'])).toContain('Job has reached the specified backoff limit');
  });

  it('drains a node only as far as its budget lets it', async () => {
    const labels = { app: 'web' };
    const containers = [{ name: 'c', image: 'busybox:1', command: ['sleep', '3600'] }];
    const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers } };
    await kubectl.send('create', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2, selector: { matchLabels: labels }, template } });
    await kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    await kubectl.ok(['create', 'poddisruptionbudget', 'web', '--selector=app=web', '--min-available=1']);
    await eventually(() => kubectl.jsonpath('{.status.disruptionsAllowed}', 'pdb', 'web'), (allowed) => allowed === '1');
    const failure = await kubectl.fails(['drain', 'node-1', '--ignore-daemonsets', '--timeout=3s']);
    expect(failure).toContain("Cannot evict pod as it would violate the pod's disruption budget");
    expect(await kubectl.jsonpath('{.status.currentHealthy} {.status.desiredHealthy} {.status.disruptionsAllowed}', 'pdb', 'web')).toBe('1 1 0');
    await kubectl.ok(['delete', 'pdb', 'web']);
    await kubectl.ok(['drain', 'node-1', '--ignore-daemonsets', '--timeout=30s']);
    await kubectl.ok(['uncordon', 'node-1']);
  });

  it('gives a certificate that the API server knows its bearer by', async () => {
    const [key, request] = [join(folder, 'jane.key'), join(folder, 'jane.csr')];
    await must('openssl', ['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', request, '-subj', '/O=dev/CN=jane']);
    const spec = { signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], expirationSeconds: 3600, request: readFileSync(request).toString('base64') };
    await kubectl.send('create', { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'jane' }, spec });
    await kubectl.ok(['certificate', 'approve', 'jane']);
    const certificate = await eventually(() => kubectl.jsonpath('{.status.certificate}', 'csr', 'jane'), (text) => text !== '');
    const file = join(folder, 'jane.crt');
    writeFileSync(file, Buffer.from(certificate, 'base64'));
    const access = [`--client-certificate=${file}`, `--client-key=${key}`];
    const who = await kubectl.ok(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username} {.status.userInfo.groups}', '--user=', ...access]);
    expect(who).toBe('jane ["dev","system:authenticated"]');
  });

  it('refuses nothing of it for want of rights', () => {
    expect(cluster.log('kube-controller-manager').split('\n').filter((line) => /forbidden/.test(line) && /certificate|job|disruption/i.test(line))).toEqual([]);
  });
});
