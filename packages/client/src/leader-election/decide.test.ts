import { type Decision, decide, firstRecord, released } from './decide';
import type { LeaderRecord } from './lease-lock';

const held: LeaderRecord = { holder: 'b', leaseSeconds: 15, acquiredAt: 1, renewedAt: 2, transitions: 3 };
const candidate = { identity: 'a', leaseSeconds: 20 };
const NOW = 1_000_000;

it.each<[string, LeaderRecord, number, Decision]>([
  ['leaves it to a holder that renews', held, 14_999, { do: 'leave', holder: 'b' }],
  [
    'takes it when the holder was silent for as long as it promised',
    held,
    15_000,
    { do: 'write', record: { holder: 'a', leaseSeconds: 20, acquiredAt: NOW, renewedAt: NOW, transitions: 4 } },
  ],
  [
    'takes it when nobody holds it',
    { ...held, holder: '' },
    0,
    { do: 'write', record: { holder: 'a', leaseSeconds: 20, acquiredAt: NOW, renewedAt: NOW, transitions: 4 } },
  ],
  [
    'renews its own',
    { ...held, holder: 'a' },
    0,
    { do: 'write', record: { holder: 'a', leaseSeconds: 20, acquiredAt: 1, renewedAt: NOW, transitions: 3 } },
  ],
])('%s', (_, record, elapsed, decision) => {
  expect(decide({ record, observedAt: 100 }, candidate, 100 + elapsed, NOW)).toEqual(decision);
});

it('begins and lets go', () => {
  expect(firstRecord(candidate, NOW)).toEqual({ holder: 'a', leaseSeconds: 20, acquiredAt: NOW, renewedAt: NOW, transitions: 0 });
  expect(released(held, NOW)).toEqual({ holder: '', leaseSeconds: 1, acquiredAt: NOW, renewedAt: NOW, transitions: 3 });
});
