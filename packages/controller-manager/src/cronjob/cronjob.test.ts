import type { batchv1 } from '@typekube/api';
import { cronJobs, jobs } from '@typekube/client';
import { eventually } from '@typekube/client/testing';
import { TestCluster } from '../testing/test-cluster';

describe('cron jobs', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  /** Resting, so that no test waits for a time to come: `due` makes it believe that it last started more than a year ago. */
  const create = (name: string, image: string, spec: Partial<batchv1.CronJobSpec> = {}): Promise<string> => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image }] } };
    const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name }, spec: { schedule: '0 0 1 1 *', suspend: true, ...spec, jobTemplate: { spec: { template } } } };
    return cluster.kubectl('create -f -', JSON.stringify(cronJob));
  };
  const client = () => cluster.client.for(cronJobs, 'default');
  const due = async (name: string): Promise<void> => {
    const lastScheduleTime = `${new Date(Date.now() - 370 * 86_400_000).toISOString().slice(0, -5)}Z`;
    await client().patch(name, { type: 'merge', body: { status: { lastScheduleTime } } }, { subresource: 'status' });
    await client().patch(name, { type: 'merge', body: { spec: { suspend: false } } });
  };
  const jobsOf = async (name: string): Promise<batchv1.Job[]> => {
    const { items } = await cluster.client.for(jobs, 'default').list();
    return items.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.name === name));
  };
  const events = (name: string): Promise<string> => cluster.kubectl(`get events --field-selector involvedObject.name=${name}`);

  it('makes up for the last missed time, once, and sees the job complete', async () => {
    await create('yearly', 'exit:0');
    await due('yearly');
    await eventually(async () => (await client().get('yearly')).status?.lastSuccessfulTime !== undefined);
    const { status } = await client().get('yearly');
    const found = await jobsOf('yearly');
    expect(found).toHaveLength(1);
    expect(found[0]?.metadata.name).toBe(`yearly-${Date.parse(status?.lastScheduleTime ?? '') / 60_000}`);
    expect(found[0]?.metadata.annotations).toEqual(expect.objectContaining({ 'batch.kubernetes.io/cronjob-scheduled-timestamp': status?.lastScheduleTime }));
    expect(status?.active).toBeUndefined();
    await eventually(async () => /SawCompletedJob +cronjob\/yearly +Saw completed job: yearly-\d+, condition: Complete/.test(await events('yearly')));
  });

  it('starts none beside a running one, or replaces it', async () => {
    await Promise.all([create('forbidding', 'run', { concurrencyPolicy: 'Forbid' }), create('replacing', 'run', { concurrencyPolicy: 'Replace' })]);
    const owner = (name: string, uid = ''): object => ({ apiVersion: 'batch/v1', kind: 'CronJob', name, uid, controller: true });
    for (const name of ['forbidding', 'replacing']) {
      const { metadata } = await client().get(name);
      const job = JSON.parse(await cluster.kubectl(`create job ${name}-before --from=cronjob/${name} --dry-run=client -o json`));
      await cluster.kubectl('create -f -', JSON.stringify({ ...job, metadata: { ...job.metadata, ownerReferences: [owner(name, metadata.uid)] } }));
      const [made] = await jobsOf(name);
      const active = [{ apiVersion: 'batch/v1', kind: 'Job', name: made?.metadata.name, namespace: 'default', uid: made?.metadata.uid }];
      await client().patch(name, { type: 'merge', body: { status: { active } } }, { subresource: 'status' });
      await due(name);
    }
    await eventually(async () => /JobAlreadyActive/.test(await events('forbidding')));
    await eventually(async () => {
      const names = (await jobsOf('replacing')).map(({ metadata }) => metadata.name);
      return names.length === 1 && names[0] !== 'replacing-before';
    });
    expect((await jobsOf('forbidding')).map(({ metadata }) => metadata.name)).toEqual(['forbidding-before']);
  });

  it('keeps as many finished jobs as it is told, of those made by hand too', async () => {
    await create('historian', 'exit:0', { successfulJobsHistoryLimit: 1 });
    for (const name of ['one', 'two', 'three']) await cluster.kubectl(`create job ${name} --from=cronjob/historian`);
    await eventually(async () => (await jobsOf('historian')).length === 1);
  });
});
