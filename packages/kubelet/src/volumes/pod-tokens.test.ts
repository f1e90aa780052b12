import { silentLogger } from '@typekube/component-base';
import { FakeClock } from '@typekube/component-base/testing';
import { type IssuedToken, PodTokens, refreshTime } from './pod-tokens';
import type { TokenRequest } from './volume';

const HOUR = 3_600_000;
const pod: TokenRequest['pod'] = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u' } };
const request: TokenRequest = { pod, audience: undefined, expirationSeconds: 3600 };

it.each([
  ['an hour', HOUR, 0.8 * HOUR],
  ['ten minutes', HOUR / 6, (0.8 * HOUR) / 6],
  ['a year', 365 * 24 * HOUR, 24 * HOUR],
])('a token for %s is asked for anew in time', (_what, life, after) => {
  expect(refreshTime({ token: '', issuedAt: 1000, expiresAt: 1000 + life }, 0)).toBe(1000 + after);
  expect(refreshTime({ token: '', issuedAt: 1000, expiresAt: 1000 + life }, 500)).toBe(500 + after);
});

describe('PodTokens', () => {
  const clock = new FakeClock();
  let answers: (IssuedToken | Error)[] = [];
  const due: string[] = [];
  const issued = (token: string): IssuedToken => ({ token, issuedAt: clock.now(), expiresAt: clock.now() + HOUR });
  const make = (): PodTokens =>
    new PodTokens({
      issue: () => {
        const answer = answers.shift();
        return answer instanceof Error || !answer ? Promise.reject(answer ?? new Error('asked too often')) : Promise.resolve(answer);
      },
      onDue: (uid) => due.push(uid),
      clock,
      log: silentLogger,
      random: () => 0,
    });
  beforeEach(() => {
    answers = [];
    due.length = 0;
  });

  it('keeps a token until four fifths of its time are over, and then has its pod brought up to date', async () => {
    const tokens = make();
    answers = [issued('first')];
    expect([await tokens.get(request, 'a'), await tokens.get(request, 'a')]).toEqual(['first', 'first']);
    clock.advance(0.8 * HOUR - 1);
    expect([due, await tokens.get(request, 'a')]).toEqual([[], 'first']);
    clock.advance(1);
    answers = [issued('second')];
    expect([due, await tokens.get(request, 'a')]).toEqual([['u'], 'second']);
    tokens.close();
  });

  it('goes on with the old one while there is no new one, but not beyond its end', async () => {
    const tokens = make();
    answers = [issued('first')];
    await tokens.get(request, 'a');
    clock.advance(0.8 * HOUR);
    answers = [new Error('down')];
    expect(await tokens.get(request, 'a')).toBe('first');
    clock.advance(30_000);
    expect(due).toEqual(['u', 'u']);
    clock.advance(0.2 * HOUR);
    answers = [new Error('down')];
    await expect(tokens.get(request, 'a')).rejects.toThrow('down');
    tokens.close();
  });

  it('forgets the tokens of a pod that is gone, and keeps accounts and audiences apart', async () => {
    const tokens = make();
    answers = [issued('first'), issued('other'), issued('again')];
    expect(await tokens.get(request, 'a')).toBe('first');
    expect(await tokens.get({ ...request, audience: 'vault' }, 'a')).toBe('other');
    tokens.release('u');
    expect(await tokens.get(request, 'a')).toBe('again');
    tokens.close();
    clock.advance(HOUR);
    expect(due).toEqual([]);
  });
});
