import { FakeClock } from '@typekube/component-base/testing';
import { TestServer } from '../testing';
import { digest } from './digest';
import { dumpRequests } from './dump';
import { MANDATORY_LEVELS } from '../bootstrap/priority-levels';
import { RetryAfter } from './retry-after';
import { systemClock } from '@typekube/component-base';
import type { Authorizer } from '../authz/authorizer';
import { parseRequestInfo } from '../http/request-info';
import type { FlowRequest } from './flow-request';
import type { PriorityLevel } from './priority-level';

const PODS = '/api/v1/namespaces/default/pods';
const GROUP = '/apis/flowcontrol.apiserver.k8s.io/v1';

function level(name: string, limited: object): object {
  return { metadata: { name }, spec: { type: 'Limited', limited } };
}

function schema(name: string, levelName: string, matchingPrecedence = 10, user = 'user'): object {
  return {
    metadata: { name },
    spec: {
      priorityLevelConfiguration: { name: levelName },
      matchingPrecedence,
      rules: [{
        subjects: [{ kind: 'User', user: { name: user } }],
        resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }],
      }],
    },
  };
}

/** Holds requests for pods of who is no admin until `release`. */
function gate(): { authorizer: Authorizer; release: () => void; waiting: () => number } {
  let waiting = 0;
  let release: () => void = () => undefined;
  const open = new Promise<void>((resolve) => (release = resolve));
  const authorizer: Authorizer = {
    async authorize({ resource, user, verb }) {
      if (resource === 'pods' && verb !== 'watch' && user.name === 'user') {
        waiting += 1;
        await open;
      }
      return { decision: 'Allow', reason: '' };
    },
  };
  return { authorizer, release, waiting: () => waiting };
}

const tokens = { user: { name: 'user', groups: [] }, other: { name: 'other', groups: [] } };

function start(authorizer: Authorizer, serverSeats = 100): Promise<TestServer> {
  const flowControl = { serverSeats, requestTimeoutSeconds: 60, clock: systemClock };
  return TestServer.start({ authorizer, tokens, flowControl });
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}

describe('API priority and fairness', () => {
  it('lets what comes in a turn that is over wait for the next one, but never who is exempt', async () => {
    const clock = new FakeClock();
    await using server = await TestServer.start({ tokens, flowControl: { serverSeats: 100, requestTimeoutSeconds: 60, clock } });
    const control = server.server.flowControl!;
    const limited = { nominalConcurrencyShares: 10, limitResponse: { type: 'Queue', queuing: {} } };
    expect(await server.request('POST', `${GROUP}/prioritylevelconfigurations`, level('queued', limited))).toMatchObject({ status: 201 });
    expect(await server.request('POST', `${GROUP}/flowschemas`, schema('for-user', 'queued'))).toMatchObject({ status: 201 });
    const query = new URLSearchParams();
    const info = parseRequestInfo('GET', PODS, query);
    const begin = (name: string, group = 'users'): FlowRequest => control.begin({ user: { name, groups: ['system:authenticated', group] }, info, query });
    await until(() => {
      clock.advance(1000);
      const probe = begin('user');
      control.finish(probe);
      return probe.flow.level.name === 'queued';
    });
    // A turn of its own.
    await new Promise((resolve) => setImmediate(resolve));
    const first = begin('user');
    clock.advance(2);
    const [late, exempt] = [begin('user'), begin('root', 'system:masters')];
    expect([first, late, exempt].map(({ state }) => state)).toEqual(['executing', 'waiting', 'executing']);
    const [head, ...rows] = dumpRequests(control, new URLSearchParams('includeRequestDetails=1'));
    expect(rows.map((row) => Object.fromEntries(row.map((cell, i) => [head![i], cell])))).toEqual([
      expect.objectContaining({ PriorityLevelName: 'queued', FlowSchemaName: 'for-user', RequestIndexInQueue: '0', UserName: 'user', Verb: 'list', APIPath: PODS, Namespace: 'default', Resource: 'pods', StartTime: '' }),
      expect.objectContaining({ PriorityLevelName: 'queued', RequestIndexInQueue: '-1', UserName: 'user', StartTime: expect.stringMatching(/Z$/) }),
      expect.objectContaining({ PriorityLevelName: 'exempt', QueueIndex: '-1', RequestIndexInQueue: '-1', UserName: 'root', StartTime: expect.stringMatching(/Z$/) }),
    ]);
    expect(dumpRequests(control, new URLSearchParams())[0]).not.toContain('UserName');
    await late.decided();
    expect(late.state).toBe('executing');
    for (const request of [first, late, exempt]) control.finish(request);
  });

  it('classifies by the objects there are, tells it in headers, and refuses with 429', async () => {
    const { authorizer, release, waiting } = gate();
    await using server = await start(authorizer);
    const user = server.client({ token: 'user' });
    const made = await server.request('POST', `${GROUP}/prioritylevelconfigurations`, level('tight', { nominalConcurrencyShares: 0, borrowingLimitPercent: 0, limitResponse: { type: 'Reject' } }));
    expect(made.status).toBe(201);
    const bound = await server.request('POST', `${GROUP}/flowschemas`, schema('for-user', 'tight'));
    await until(() => server.server.flowControl?.levels.get('tight') !== undefined);
    await until(async () => (await user.http1({ method: 'GET', path: '/api/v1/nodes' })).headers['x-kubernetes-pf-flowschema-uid'] === bound.body.metadata.uid);
    // The one that may run alone where there are no seats.
    const held = user.http1({ method: 'GET', path: PODS });
    await until(() => waiting() === 1);
    const refused = await user.http1({ method: 'GET', path: '/api/v1/nodes' });
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    expect(refused.body).toMatchObject({ kind: 'Status', reason: 'TooManyRequests', message: 'Too many requests, please try again later.' });
    expect(refused.headers['x-kubernetes-pf-flowschema-uid']).toBe(bound.body.metadata.uid);
    expect(refused.headers['x-kubernetes-pf-prioritylevel-uid']).toBe(made.body.metadata.uid);
    expect((await server.request('GET', '/api/v1/nodes')).status).toBe(200);
    const other = await server.client({ token: 'other' }).http1({ method: 'GET', path: '/api/v1/nodes' });
    expect(other.status).toBe(200);
    expect(other.headers['x-kubernetes-pf-flowschema-uid']).not.toBe(bound.body.metadata.uid);
    expect((await user.http1({ method: 'GET', path: '/healthz' })).status).toBe(200);
    release();
    expect((await held).status).toBe(200);
  });

  it('lets wait what does not fit and serves it in its turn, while others are served', async () => {
    const { authorizer, release, waiting } = gate();
    await using server = await start(authorizer);
    const user = server.client({ token: 'user' });
    await server.request('POST', `${GROUP}/prioritylevelconfigurations`, level('narrow', {
      nominalConcurrencyShares: 1, lendablePercent: 0, borrowingLimitPercent: 0,
      limitResponse: { type: 'Queue', queuing: { queues: 8, handSize: 2, queueLengthLimit: 5 } },
    }));
    await server.request('POST', `${GROUP}/flowschemas`, schema('for-user', 'narrow'));
    const narrow = (): number | undefined => server.server.flowControl?.levels.get('narrow')?.queues.numbers.limit;
    await until(() => narrow() !== undefined && [...(server.server.flowControl?.stats ?? [])].some(({ schema: name }) => name === 'for-user'));
    const seats = narrow() ?? 0;
    const answers = Array.from({ length: seats + 3 }, () => user.http1({ method: 'GET', path: PODS }));
    await until(() => server.server.flowControl?.levels.get('narrow')?.queues.numbers.waiting === 3);
    expect(waiting()).toBe(seats);
    expect((await server.client({ token: 'other' }).http1({ method: 'GET', path: PODS })).status).toBe(200);
    release();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
    await until(() => server.server.flowControl?.levels.get('narrow')?.queues.isIdle === true);
  });

  it('lends seats that are not needed, up to the borrowing limit, and gives them back when they are', async () => {
    const clock = new FakeClock();
    const running = { user: 0, other: 0 };
    const waits: (() => void)[] = [];
    const authorizer: Authorizer = {
      async authorize({ resource, user: { name } }) {
        if (resource === 'pods' && (name === 'user' || name === 'other')) {
          running[name] += 1;
          await new Promise<void>((resolve) => waits.push(resolve));
          running[name] -= 1;
        }
        return { decision: 'Allow', reason: '' };
      },
    };
    await using server = await TestServer.start({ authorizer, tokens, flowControl: { serverSeats: 60, requestTimeoutSeconds: 600, clock } });
    const limitResponse = { type: 'Queue', queuing: { queues: 1, handSize: 1, queueLengthLimit: 200 } };
    const levelOf = (name: string): PriorityLevel | undefined => server.server.flowControl?.levels.get(name);
    const made = [
      ['user', { nominalConcurrencyShares: 100, lendablePercent: 0, borrowingLimitPercent: 50, limitResponse }],
      ['other', { nominalConcurrencyShares: 100, lendablePercent: 100, borrowingLimitPercent: 0, limitResponse }],
    ] as const;
    for (const [name, limited] of made) {
      await server.request('POST', `${GROUP}/prioritylevelconfigurations`, level(`of-${name}`, limited));
      await server.request('POST', `${GROUP}/flowschemas`, schema(`of-${name}`, `of-${name}`, 10, name));
    }
    await until(() => ['of-user', 'of-other'].every((name) => levelOf(name) && [...(server.server.flowControl?.stats ?? [])].some(({ schema: known }) => known === name)));
    const nominal = levelOf('of-user')?.limits.nominal ?? 0;
    const flood = (token: string, count: number): Promise<unknown>[] => {
      const client = server.client({ token });
      return Array.from({ length: count }, () => client.http2({ method: 'GET', path: PODS }));
    };
    const answers = flood('user', 3 * nominal);
    await until(() => running.user >= nominal && levelOf('of-user')?.queues.numbers.waiting === 3 * nominal - running.user);
    // What it may have at most, of those whose seats nobody needs.
    for (let i = 0; i < 3; i += 1) clock.advance(10_000);
    const most = levelOf('of-user')?.limits.upper ?? 0;
    await until(() => running.user === most);
    expect(most).toBe(nominal + Math.round(nominal / 2));
    // The lender's need is served at once as far as its seats go, and in full when it is known.
    answers.push(...flood('other', nominal));
    await until(() => running.other > 0 && (levelOf('of-other')?.queues.numbers.waiting ?? 0) === nominal - running.other);
    clock.advance(10_000);
    await until(() => running.other === nominal);
    // What runs already is not broken off, but nothing more begins before its seats are free.
    expect([levelOf('of-user')?.seats, running.user]).toEqual([nominal, most]);
    const isDone = Promise.all(answers);
    let done = false;
    void isDone.then(() => (done = true));
    await until(() => {
      for (const end of waits.splice(0)) end();
      return done;
    });
    expect(levelOf('of-user')?.queues.isIdle).toBe(true);
  });

  it('says in a schema whether its level is there', async () => {
    await using server = await start({ authorize: () => ({ decision: 'Allow', reason: '' }) });
    await server.request('POST', `${GROUP}/flowschemas`, schema('lost', 'nowhere'));
    const condition = async (): Promise<Record<string, unknown> | undefined> => {
      const { body } = await server.request('GET', `${GROUP}/flowschemas/lost`);
      const { conditions = [] } = (body.status ?? {}) as { conditions?: Record<string, unknown>[] };
      return conditions[0];
    };
    await until(async () => (await condition()) !== undefined);
    expect(await condition()).toEqual({
      type: 'Dangling', status: 'True', reason: 'NotFound', lastTransitionTime: expect.any(String),
      message: 'This FlowSchema references the PriorityLevelConfiguration object named "nowhere" but there is no such object',
    });
    const queuing = { queues: 1, handSize: 1, queueLengthLimit: 1 };
    await server.request('POST', `${GROUP}/prioritylevelconfigurations`, level('nowhere', { limitResponse: { type: 'Queue', queuing } }));
    await until(async () => (await condition())?.['status'] === 'False');
    expect(await condition()).toMatchObject({ reason: 'Found' });
  });

  it('takes a watch\'s seat only until it has begun, and weighs writes by watches', async () => {
    await using server = await start({ authorize: () => ({ decision: 'Allow', reason: '' }) });
    const control = server.server.flowControl!;
    const watches = await Promise.all(Array.from({ length: 25 }, () => server.watch('/api/v1/namespaces/default/configmaps')));
    await until(() => control.levels.get('exempt')?.queues.isIdle === true);
    const info = parseRequestInfo('PUT', '/api/v1/namespaces/default/configmaps/x', new URLSearchParams());
    expect(control.watches.interestedIn(info)).toBe(25);
    await server.request('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'x' } });
    await until(() => control.levels.get('exempt')?.queues.numbers.executing === 0);
    for (const watch of watches) watch.close();
    await until(() => control.watches.interestedIn(info) === 0);
    await until(() => control.levels.get('exempt')?.queues.numbers.seatsInUse === 0);
  });

  it('stops with requests waiting', async () => {
    const { authorizer, release, waiting } = gate();
    const server = await start(authorizer, 1);
    const user = server.client({ token: 'user' });
    const answer = user.http1({ method: 'GET', path: PODS });
    await until(() => waiting() === 1);
    release();
    await answer;
    await server.stop();
  });
});

describe('digest', () => {
  const named = (name: string, spec: object): never => ({ apiVersion: 'flowcontrol.apiserver.k8s.io/v1', metadata: { name }, spec }) as never;

  it('imagines what every server must have', () => {
    const { levels, schemas } = digest([], []);
    expect([...levels.keys()]).toEqual(Object.keys(MANDATORY_LEVELS));
    expect(schemas.map(({ metadata }) => metadata.name)).toEqual(['exempt', 'catch-all']);
  });

  it('orders by precedence, then by name, the catch-all last, and leaves out what has no level', () => {
    const spec = (levelName: string, matchingPrecedence: number): object => ({ priorityLevelConfiguration: { name: levelName }, matchingPrecedence });
    const { schemas } = digest([], [
      named('catch-all', spec('catch-all', 10_000)), named('z', spec('exempt', 7)), named('b', spec('exempt', 9)), named('a', spec('exempt', 9)),
      named('lost', spec('nowhere', 1)),
    ]);
    expect(schemas.map(({ metadata }) => metadata.name)).toEqual(['exempt', 'z', 'a', 'b', 'catch-all']);
  });

  it('ignores levels that are broken', () => {
    const { levels, problems } = digest([named('half', { type: 'Limited' }), named('exempt', { type: 'Limited', limited: {} })], []);
    expect(levels.has('half')).toBe(false);
    expect(levels.get('exempt')?.spec?.type).toBe('Exempt');
    expect(problems).toEqual([
      'PriorityLevelConfiguration half: broken union structure at the top, for Limited',
      'PriorityLevelConfiguration exempt: non-alignment between name and type',
    ]);
  });
});

it('asks for longer pauses while many are refused', () => {
  const clock = new FakeClock();
  const retryAfter = new RetryAfter(clock);
  const second = (drops: number): number => {
    let asked = 0;
    for (let i = 0; i < drops; i += 1) asked = retryAfter.drop();
    clock.advance(1000);
    return asked;
  };
  expect([second(10), second(10), second(20), second(30), second(100), second(100), second(1), second(1)]).toEqual([1, 2, 4, 8, 16, 32, 32, 16]);
});

