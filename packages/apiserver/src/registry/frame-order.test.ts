import type { Entry } from '../cache/entry';
import { FrameOrder } from './frame-order';

const entry = (name: string): Entry => ({ name }) as Entry;

const stream = { fail: jest.fn(), end: jest.fn() };
beforeEach(() => jest.resetAllMocks());

it('lets nothing wait that is prepared already', () => {
  const sent: string[] = [];
  const order = new FrameOrder({}, stream);
  order.run([entry('a')], 5, () => void sent.push('a'));
  expect([sent, order.sentUpTo]).toEqual([['a'], undefined]);
});

it('sends in order, whichever is prepared first, and tells how far it is', async () => {
  const ready = new Map<string, () => void>();
  const prepare = ([first]: readonly Entry[]): Promise<void> | undefined => (first!.name === 'c' ? undefined : new Promise((resolve) => ready.set(first!.name, resolve)));
  const sent: string[] = [];
  const order = new FrameOrder({ prepare }, stream);
  for (const [i, name] of ['a', 'b', 'c'].entries()) order.run([entry(name)], i + 1, () => void sent.push(name));
  ready.get('b')!();
  await new Promise(setImmediate);
  expect([sent, order.sentUpTo]).toEqual([[], 0]);
  ready.get('a')!();
  await new Promise(setImmediate);
  expect([sent, order.sentUpTo]).toEqual([['a', 'b', 'c'], undefined]);
});

it('ends with the error of what cannot be prepared, and with one that is too far behind', async () => {
  const failing = new FrameOrder({ prepare: () => Promise.reject(new Error('no')) }, stream);
  failing.run([entry('a')], 1, () => undefined);
  await new Promise(setImmediate);
  expect(stream.fail).toHaveBeenCalledWith(expect.objectContaining({ reason: 'InternalError' }));
  const slow = new FrameOrder({ prepare: () => new Promise(() => undefined) }, stream);
  for (let i = 0; i < 1_001; i += 1) slow.run([entry('a')], 1, () => undefined);
  expect(stream.end).toHaveBeenCalledTimes(1);
});
