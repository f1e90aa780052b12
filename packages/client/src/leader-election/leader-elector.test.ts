import type { Client } from '../resources/client';
import { leases } from '../resources/kinds';
import { eventually, TestApiServer } from '../testing';
import { type LeaderElectionOptions, runLeaderElection } from './leader-elector';

let server: TestApiServer;
let client: Client;
beforeAll(async () => {
  server = await TestApiServer.start();
  client = await server.client();
});
afterAll(() => server.stop());

const QUICK = { leaseMilliseconds: 1000, renewDeadlineMilliseconds: 600, retryMilliseconds: 50 };

/** A candidate that notes when it leads. */
function candidate(name: string, identity: string, log: string[], options: Partial<LeaderElectionOptions> = {}) {
  const stop = new AbortController();
  const done = runLeaderElection({
    client,
    lease: { namespace: 'default', name },
    identity,
    ...QUICK,
    signal: stop.signal,
    onStartedLeading: async (signal) => {
      log.push(`${identity} leads`);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      log.push(`${identity} ends`);
    },
    ...options,
  });
  return { stop, done };
}

it('has one leader, and another at once when that lets go', async () => {
  const log: string[] = [];
  const leaders: string[] = [];
  const a = candidate('calm', 'a', log);
  await eventually(() => log.includes('a leads'));
  const b = candidate('calm', 'b', log, { onNewLeader: (identity) => leaders.push(identity) });
  await eventually(() => leaders.includes('a'));
  const lease = await client.for(leases, 'default').get('calm');
  expect(lease.spec).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 1, leaseTransitions: 0 });
  a.stop.abort();
  await a.done;
  await eventually(() => log.includes('b leads'));
  expect(log).toEqual(['a leads', 'a ends', 'b leads']);
  expect((await client.for(leases, 'default').get('calm')).spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  b.stop.abort();
  await b.done;
  expect(leaders).toEqual(['a', 'b']);
});

it('takes over from a leader that was killed, but not before its lease ran out', async () => {
  const log: string[] = [];
  const dying = await server.client();
  const a = candidate('killed', 'a', log, { client: dying });
  const lost = a.done.catch((error: unknown) => String(error));
  await eventually(() => log.includes('a leads'));
  const b = candidate('killed', 'b', log);
  const renewedAt = performance.now();
  dying.close();
  await eventually(() => log.includes('b leads'));
  expect(performance.now() - renewedAt).toBeGreaterThan(700);
  expect(await lost).toBe('LeadershipLost: leader election lost');
  expect(log).toEqual(['a leads', 'a ends', 'b leads']);
  b.stop.abort();
  await b.done;
});

it('goes on leading over a short absence of the server', async () => {
  const log: string[] = [];
  const a = candidate('absence', 'a', log, { leaseMilliseconds: 15_000, renewDeadlineMilliseconds: 10_000 });
  await eventually(() => log.includes('a leads'));
  await server.kill();
  await server.start();
  const before = (await client.for(leases, 'default').get('absence')).metadata.resourceVersion;
  await eventually(async () => (await client.for(leases, 'default').get('absence')).metadata.resourceVersion !== before);
  expect(log).toEqual(['a leads']);
  a.stop.abort();
  await a.done;
});

it('ends, and lets go, with the failure of the work', async () => {
  const failing = candidate('failing', 'a', [], { onStartedLeading: () => Promise.reject(new Error('broken')) });
  await expect(failing.done).rejects.toThrow('broken');
  expect((await client.for(leases, 'default').get('failing')).spec?.holderIdentity ?? '').toBe('');
});

it.each([
  [{ identity: '' }, 'Lock identity is empty'],
  [{ leaseMilliseconds: 600 }, 'leaseDuration must be greater than renewDeadline'],
  [{ retryMilliseconds: 500 }, 'renewDeadline must be greater than retryPeriod*JitterFactor'],
])('refuses %j', async (options, message) => {
  await expect(candidate('bad', 'a', [], options).done).rejects.toThrow(message);
});
