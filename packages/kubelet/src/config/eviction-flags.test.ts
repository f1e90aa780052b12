import { evictionOf } from './eviction';
import { eviction, evictionWithFlags } from './eviction-flags';

const NONE = {
  evictionHard: undefined,
  evictionSoft: undefined,
  evictionSoftGracePeriod: undefined,
  evictionMinimumReclaim: undefined,
  evictionPressureTransitionPeriod: undefined,
  evictionMaxPodGracePeriod: undefined,
  imageGcHighThreshold: undefined,
  imageGcLowThreshold: undefined,
  minimumImageTtlDuration: undefined,
};
const FILE = evictionOf({ evictionHard: { 'memory.available': '1Gi' }, imageGCHighThresholdPercent: 70, imageGCLowThresholdPercent: 60 });

it.each<[string, Record<string, string>]>([
  ['memory.available<1Gi', { 'memory.available': '1Gi' }],
  ['memory.available<1Gi,nodefs.available<10%', { 'memory.available': '1Gi', 'nodefs.available': '10%' }],
  [' memory.available < 1Gi ', { 'memory.available': '1Gi' }],
  ['', {}],
])('reads thresholds %j', (text, pairs) => {
  expect(eviction.flags.evictionHard.parse(text, undefined)).toEqual(pairs);
});

it.each(['memory.available', 'memory.available=1Gi', 'a<b<c'])('refuses %j', (text) => {
  expect(() => eviction.flags.evictionHard.parse(text, undefined)).toThrow(`malformed pair, expect string<string: ${text}`);
});

it('adds up what is given more than once', () => {
  const first = eviction.flags.evictionHard.parse('memory.available<1Gi', undefined);
  expect(eviction.flags.evictionHard.parse('pid.available<100', first)).toEqual({ 'memory.available': '1Gi', 'pid.available': '100' });
});

it('leaves what the file says where no flag is given', () => {
  expect(evictionWithFlags(FILE, NONE)).toBe(FILE);
});

it('lets a flag take the place of its field alone', () => {
  const merged = evictionWithFlags(FILE, { ...NONE, evictionHard: { 'nodefs.available': '5%' }, imageGcLowThreshold: 50, minimumImageTtlDuration: 30_000, evictionPressureTransitionPeriod: 90_000 });
  expect(merged.thresholds.map(({ signal }) => signal)).toEqual(['nodefs.available']);
  expect(merged).toMatchObject({ images: { highPercent: 70, lowPercent: 50, minimumAge: 30_000 }, transitionPeriod: 90_000 });
});

it('judges both together', () => {
  expect(() => evictionWithFlags(FILE, { ...NONE, imageGcHighThreshold: 55 })).toThrow('imageGCLowThresholdPercent: invalid configuration: 60 must be less than imageGCHighThresholdPercent 55');
});
