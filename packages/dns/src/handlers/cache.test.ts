import { FakeClock } from '@typekube/component-base/testing';
import { decode } from 'dns-packet';
import { type Answered, response } from '../server/message';
import type { Query } from '../server/query';
import { Rcode } from '../server/wire';
import { query } from '../testing/packets';
import { Cache } from './cache';

const soa = { owner: 'com', type: 'SOA', ttl: 20, data: { mname: 'a', rname: 'b', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 10 } } as const;
const address: Answered = { rcode: Rcode.NoError, answers: [{ owner: 'a.com', type: 'A', ttl: 100, data: '192.0.2.1' }] };

describe('Cache', () => {
  let clock: FakeClock;
  let cache: Cache;
  let asked: number;
  let answered: Answered;

  beforeEach(() => {
    clock = new FakeClock();
    asked = 0;
    cache = new Cache({ clock, maxTtl: 30, maxEntries: 2, onHit: () => undefined, onMiss: () => undefined });
  });
  const next = (asking: Query): Buffer => {
    asked += 1;
    return response(asking, answered);
  };
  const ask = async (name: string, id = 1): Promise<ReturnType<typeof decode>> => decode(await cache.handler(query(name, 'A', { id }), next));

  it('keeps an answer for its time, but no longer than allowed, and hands it out in the case of the question', async () => {
    answered = address;
    await ask('a.com');
    clock.advance(29_000);
    const again = await ask('A.com', 9);
    expect([asked, again.id, again.questions?.[0]?.name]).toEqual([1, 9, 'A.com']);
    expect(again.answers?.[0]).toMatchObject({ ttl: 71 });
    clock.advance(1000);
    await ask('a.com');
    expect(asked).toBe(2);
  });

  it.each<[string, Answered, number]>([
    ['a name that is not there, as long as its authority says', { rcode: Rcode.NXDomain, authorities: [soa] }, 10],
    ['no records, likewise', { rcode: Rcode.NoError, authorities: [soa] }, 10],
    ['a denial without authority: not at all', { rcode: Rcode.NXDomain }, 0],
    ['a failure: not at all', { rcode: Rcode.ServFail }, 0],
  ])('%s', async (_, outcome, seconds) => {
    answered = outcome;
    await ask('a.com');
    if (seconds) {
      clock.advance(seconds * 1000 - 1);
      await ask('a.com');
      expect(asked).toBe(1);
    }
    clock.advance(1);
    await ask('a.com');
    expect(asked).toBe(2);
  });

  it('forgets the longest unused answer when there are too many', async () => {
    answered = address;
    for (const name of ['a.com', 'b.com', 'a.com', 'c.com']) await ask(name);
    expect([asked, cache.sizeOf('success')]).toEqual([3, 2]);
    await ask('a.com');
    expect(asked).toBe(3);
    await ask('b.com');
    expect(asked).toBe(4);
  });

  it('does not mix names whose labels only look alike', async () => {
    answered = address;
    await ask('a.com');
    const odd = query('a.com');
    const bytes = Buffer.from(odd.bytes);
    await cache.handler({ ...odd, bytes, question: { ...odd.question, labels: ['a.com'] } }, next);
    expect(asked).toBe(2);
  });
});
