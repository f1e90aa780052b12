import { silentLogger, systemClock } from '@typekube/component-base';
import { decode } from 'dns-packet';
import { response } from '../server/message';
import type { Query } from '../server/query';
import { Rcode } from '../server/wire';
import { FakeResolver, type Script } from '../testing/fake-resolver';
import { query, textOf } from '../testing/packets';
import { LookupFailed } from './errors';
import { Forwarder } from './forward';
import { LoopGuard } from './loop';

const good: Script = (asked) => response(asked, { rcode: Rcode.NoError, answers: [{ owner: 'a.com', type: 'A', ttl: 9, data: '192.0.2.1' }] });

describe('Forwarder', () => {
  const open: AsyncDisposable[] = [];
  const counts = { rejected: 0, down: 0 };

  const resolver = async (script: Script): Promise<FakeResolver> => {
    const fake = await FakeResolver.start(script);
    open.push(fake);
    return fake;
  };
  const forwarder = (...resolvers: Pick<FakeResolver, 'address'>[]): Forwarder => {
    const metrics = { exchanged: () => undefined, probeFailed: () => undefined, allDown: () => (counts.down += 1), rejected: () => (counts.rejected += 1) };
    const made = new Forwarder({ resolvers: resolvers.map(({ address }) => address), clock: systemClock, log: silentLogger, metrics });
    open.push({ [Symbol.asyncDispose]: async () => made.close() });
    return made;
  };

  afterEach(async () => {
    for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]();
  });

  it.each(['udp', 'tcp'] as const)('passes answers on, over %s, with the id and the case of the request', async (transport) => {
    const fake = await resolver((asked) => {
      const answer = good(asked);
      return answer && Buffer.from(answer.toString('latin1').replace('A\x03com', 'a\x03com'), 'latin1');
    });
    const asked = query('A.com', 'A', { id: 77, transport });
    const answer = await forwarder(fake).handler(asked);
    expect(textOf(answer)).toBe('NOERROR | A.com A 192.0.2.1');
    expect(decode(answer).id).toBe(77);
    expect(fake.asked).toEqual([{ name: 'a.com', transport }]);
  });

  it('asks another one when one is not there, and that one last from then on', async () => {
    const gone = await FakeResolver.start(good);
    const fake = await resolver(good);
    const forward = forwarder(gone, fake);
    await gone[Symbol.asyncDispose]();
    for (let i = 0; i < 20; i += 1) expect(textOf(await forward.handler(query('a.com')))).toContain('192.0.2.1');
  });

  it('overcomes a resolver to which nothing can be sent', async () => {
    // The system refuses a connection to the broadcast address at once.
    const nowhere = { address: { host: '255.255.255.255', port: 53 } };
    await expect(forwarder(nowhere).handler(query('a.com'))).rejects.toThrow(LookupFailed);
    const forward = forwarder(nowhere, await resolver(good));
    for (let i = 0; i < 5; i += 1) expect(textOf(await forward.handler(query('a.com')))).toContain('192.0.2.1');
  });

  it('does not take what is not an answer to its question, or cannot be one', async () => {
    const other = await resolver((asked) => {
      const answer = Buffer.from(good(asked) ?? []);
      answer.writeUInt16BE(answer.readUInt16BE(0) ^ 1, 0);
      return answer;
    });
    const cut = await resolver((asked) => good(asked)?.subarray(0, -2));
    await expect(forwarder(cut).handler(query('a.com'))).rejects.toThrow(/malformed answer/);
    await expect(forwarder(other).handler(query('a.com'))).rejects.toThrow(LookupFailed);
  });

  it('refuses what goes beyond the limit, and everything without resolvers', async () => {
    const fake = await resolver(() => undefined);
    const forward = forwarder(fake);
    const ask = (): Buffer | Promise<Buffer> => forward.handler(query('a.com'));
    const waiting = Array.from({ length: 1000 }, () => Promise.resolve(ask()).catch(() => undefined));
    expect(textOf(await ask())).toBe('REFUSED');
    expect(counts.rejected).toBe(1);
    await Promise.all(waiting);
    expect(textOf(await forwarder().handler(query('a.com')))).toBe('REFUSED');
  });

  it('notices that its resolvers ask it', async () => {
    const guard = new LoopGuard(silentLogger);
    let forward: Forwarder;
    const answered: string[] = [];
    const around = (asked: Query): Buffer | undefined => {
      const answer = guard.handler(asked, () => response(asked, { rcode: Rcode.NoError }));
      answered.push(textOf(answer as Buffer));
      return answer as Buffer;
    };
    const fake = await resolver(around);
    forward = forwarder(fake);
    expect(textOf((await guard.handler(query('a.com'), forward.handler)) as Buffer)).toBe('NOERROR');
    await guard.probe(forward.handler);
    expect(answered).toEqual(['NOERROR', 'SERVFAIL']);
    expect(textOf(guard.handler(query('a.com'), forward.handler) as Buffer)).toBe('SERVFAIL');
  });
});
