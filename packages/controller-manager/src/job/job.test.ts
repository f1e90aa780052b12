import type { batchv1, corev1 } from '@typekube/api';
import { jobs, pods } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

type Spec = Partial<Omit<batchv1.JobSpec, 'template'>>;

/** A job whose pods end with that code; `run` as image: they go on. */
function manifest(name: string, image: string, spec: Spec = {}): string {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image }] } };
  return JSON.stringify({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { ...spec, template } });
}

describe('jobs', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    // The played kubelet has no node: pods would be collected after a while.
    cluster = await TestCluster.start(['--controllers=*,-pod-garbage-collector-controller']);
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const create = (...args: Parameters<typeof manifest>): Promise<string> => cluster.kubectl('create -f -', manifest(...args));
  const statusOf = async (name: string): Promise<batchv1.JobStatus> => (await cluster.client.for(jobs, 'default').get(name)).status ?? {};
  const podsOf = async (name: string): Promise<corev1.Pod[]> => (await cluster.client.for(pods, 'default').list({ labelSelector: `job-name=${name}` })).items;
  const finish = async (name: string, condition = 'Complete'): Promise<batchv1.JobStatus> => {
    await cluster.kubectl(`wait job/${name} --for=condition=${condition} --timeout=20s`);
    return statusOf(name);
  };
  const conditionsOf = ({ conditions = [] }: batchv1.JobStatus): string[] => conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`);

  it('completes, says why, and lets its pods go', async () => {
    await create('good', 'exit:0', { completions: 4, parallelism: 2 });
    const status = await finish('good');
    expect(status).toMatchObject({ succeeded: 4, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(status.active).toBeUndefined();
    expect(conditionsOf(status)).toEqual(['SuccessCriteriaMet=True CompletionsReached', 'Complete=True CompletionsReached']);
    expect((await podsOf('good')).map(({ metadata }) => metadata.finalizers)).toEqual([undefined, undefined, undefined, undefined]);
    await eventually(async () => {
      const events = await cluster.kubectl('get events --field-selector involvedObject.name=good');
      return events.match(/SuccessfulCreate +job\/good +Created pod: good-/g)?.length === 4 && /Completed +job\/good +Job completed/.test(events);
    });
  });

  it('fails by its back-off limit', async () => {
    await create('bad', 'exit:3', { backoffLimit: 0, parallelism: 2, completions: 2 });
    const status = await finish('bad', 'Failed');
    expect(status.failed).toBe(2);
    expect(conditionsOf(status)).toEqual(['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded']);
    await eventually(async () => /BackoffLimitExceeded +job\/bad +Job has reached the specified backoff limit/.test(await cluster.kubectl('get events')));
  });

  it('gives every pod its index', async () => {
    await create('indexed', 'exit:0', { completionMode: 'Indexed', completions: 5, parallelism: 3 });
    expect(await finish('indexed')).toMatchObject({ succeeded: 5, completedIndexes: '0-4' });
    const found = await podsOf('indexed');
    const indexes = found.map(({ metadata, spec }) => [metadata.labels?.['batch.kubernetes.io/job-completion-index'], spec?.hostname, metadata.name?.slice(0, 10)]);
    expect(indexes.sort()).toEqual(['0', '1', '2', '3', '4'].map((i) => [i, `indexed-${i}`, `indexed-${i}-`]));
  });

  it('fails an index by the policy, and goes on with the others', async () => {
    const podFailurePolicy = { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [7] } }] };
    await create('index-fails', 'exit:7', { completionMode: 'Indexed', completions: 2, parallelism: 1, backoffLimitPerIndex: 3, podFailurePolicy });
    const status = await finish('index-fails', 'Failed');
    expect(status).toMatchObject({ failed: 2, failedIndexes: '0,1' });
    expect(conditionsOf(status)).toEqual(['FailureTarget=True FailedIndexes', 'Failed=True FailedIndexes']);
  });

  it('ends early by its success policy', async () => {
    const successPolicy = { rules: [{ succeededCount: 1 }] };
    await create('early', 'exit:0', { completionMode: 'Indexed', completions: 50, parallelism: 1, successPolicy });
    const status = await finish('early');
    expect(conditionsOf(status)).toEqual(['SuccessCriteriaMet=True SuccessPolicy', 'Complete=True SuccessPolicy']);
    expect(status.succeeded).toBeLessThan(50);
  });

  it('fails by its deadline, and counts what it ended', async () => {
    await create('late', 'run', { activeDeadlineSeconds: 1, completions: 3, parallelism: 3 });
    const status = await finish('late', 'Failed');
    expect(conditionsOf(status)).toEqual(['FailureTarget=True DeadlineExceeded', 'Failed=True DeadlineExceeded']);
    expect(status).toMatchObject({ failed: 3 });
    await eventually(async () => (await podsOf('late')).length === 0);
  });

  it('rests and goes on', async () => {
    await create('resting', 'run', { parallelism: 2, completions: 2 });
    await eventually(async () => (await statusOf('resting')).ready === 2);
    const { startTime } = await statusOf('resting');
    await cluster.kubectl('patch job resting -p {"spec":{"suspend":true}}');
    await cluster.kubectl('wait job/resting --for=condition=Suspended --timeout=20s');
    await eventually(async () => (await podsOf('resting')).length === 0);
    expect((await statusOf('resting')).failed).toBeUndefined();
    await eventually(() => Date.now() >= Date.parse(startTime ?? '') + 1000);
    await cluster.kubectl('patch job resting -p {"spec":{"suspend":false}}');
    await eventually(async () => (await statusOf('resting')).ready === 2);
    const status = await statusOf('resting');
    expect(conditionsOf(status)).toEqual(['Suspended=False JobResumed']);
    expect(status.startTime).not.toBe(startTime);
  });

  it('replaces a pod only when it has ended, where it is told so', async () => {
    await create('careful', 'run', { podReplacementPolicy: 'Failed' });
    await eventually(async () => (await statusOf('careful')).ready === 1);
    const [first] = await podsOf('careful');
    await cluster.kubectl(`delete pod ${first?.metadata.name} --wait=false`);
    await eventually(async () => (await statusOf('careful')).failed === 1);
    const { uncountedTerminatedPods } = await statusOf('careful');
    expect(uncountedTerminatedPods).toEqual({});
  });

  it('leaves a job of another manager alone, and frees the pods of a deleted one', async () => {
    await create('foreign', 'exit:0', { managedBy: 'example.com/other' });
    await create('going', 'run');
    await eventually(async () => (await podsOf('going')).length === 1);
    await cluster.kubectl('delete job going --cascade=orphan');
    await eventually(async () => {
      const [pod] = await podsOf('going');
      return pod !== undefined && pod.metadata.finalizers === undefined && pod.metadata.ownerReferences === undefined;
    });
    expect(await statusOf('foreign')).toEqual({});
  });

  it('counts every pod once, whenever it is killed', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `counted-${i}`);
    const indexed: Spec = { completionMode: 'Indexed' };
    await Promise.all(names.map((name, i) => create(name, 'exit:0', { completions: 6, parallelism: 3, ...(i % 2 === 0 && indexed) })));
    for (let kills = 0; kills < 4; kills++) {
      const goal = 10 + kills * 14;
      await eventually(async () => {
        const all = await Promise.all(names.map(statusOf));
        return all.reduce((sum, { succeeded = 0 }) => sum + succeeded, 0) >= goal;
      });
      await cluster.killManager();
      cluster.startManager();
    }
    for (const [i, name] of names.entries()) {
      expect(await finish(name)).toMatchObject({ succeeded: 6, uncountedTerminatedPods: {}, ...(i % 2 === 0 && { completedIndexes: '0-5' }) });
      expect(await podsOf(name)).toHaveLength(6);
    }
  });
});
