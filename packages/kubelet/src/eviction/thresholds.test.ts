import { reservedBy, type ThresholdFields, thresholdsOf } from './thresholds';

const textOf = (fields: ThresholdFields): string[] =>
  thresholdsOf(fields).map(({ signal, value, gracePeriod, minimumReclaim }) => {
    const text = (each: typeof value): string => ('quantity' in each ? each.quantity.toString() : `${each.fraction * 100}%`);
    return [signal, text(value), gracePeriod && `after ${gracePeriod}`, minimumReclaim && `and ${text(minimumReclaim)} more`].filter(Boolean).join(' ');
  });

it('are upstream ones where none are given', () => {
  expect(textOf({})).toEqual(['memory.available 100Mi', 'nodefs.available 10%', 'nodefs.inodesFree 5%', 'imagefs.available 15%', 'imagefs.inodesFree 5%']);
});

it('are those alone that are given, or those over the defaults', () => {
  const evictionHard = { 'nodefs.available': '5Gi', 'memory.available': '0%' };
  expect(textOf({ evictionHard })).toEqual(['nodefs.available 5Gi']);
  expect(textOf({ evictionHard, mergeDefaultEvictionSettings: true })).toEqual(['nodefs.available 5Gi', 'nodefs.inodesFree 5%', 'imagefs.available 15%', 'imagefs.inodesFree 5%']);
});

it('may be soft, and want more to be free than they are met by', () => {
  const soft = { evictionSoft: { 'memory.available': '10%' }, evictionSoftGracePeriod: { 'memory.available': '1m30s' } };
  expect(textOf({ evictionHard: { 'memory.available': '1Gi' }, ...soft, evictionMinimumReclaim: { 'memory.available': '500Mi' } })).toEqual([
    'memory.available 1Gi and 500Mi more',
    'memory.available 10% after 90000 and 500Mi more',
  ]);
});

it.each<[ThresholdFields, string]>([
  [{ evictionHard: { 'memory.free': '1' } }, 'evictionHard: unsupported eviction signal memory.free'],
  [{ evictionHard: { 'memory.available': 'much' } }, 'evictionHard.memory.available: '],
  [{ evictionHard: { 'memory.available': '-1' } }, 'must be positive'],
  [{ evictionHard: { 'memory.available': '120%' } }, 'not more than 100%'],
  [{ evictionHard: { 'memory.available': 'x%' } }, 'invalid percentage'],
  [{ evictionSoft: { 'memory.available': '1Gi' } }, 'grace period must be specified for the soft eviction threshold memory.available'],
  [{ evictionSoftGracePeriod: { 'memory.available': 'soon' } }, 'evictionSoftGracePeriod.memory.available: '],
  [{ evictionMinimumReclaim: { 'memory.available': '0%' } }, 'must be positive'],
])('are refused: %j', (fields, message) => {
  expect(() => thresholdsOf(fields)).toThrow(message);
});

it('keep from pods what they would take from them', () => {
  const soft = { evictionSoft: { 'memory.available': '10%' }, evictionSoftGracePeriod: { 'memory.available': '1m' } };
  const capacity = { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1000' };
  expect(reservedBy(thresholdsOf({ ...soft, mergeDefaultEvictionSettings: true }), capacity)).toEqual({ memory: String(100 * 2 ** 20), 'ephemeral-storage': '100' });
});
