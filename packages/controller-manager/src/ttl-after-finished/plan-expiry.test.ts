import { job } from '../testing/jobs';
import { ago, NOW } from '../testing/workloads';
import { untilExpiry } from './plan-expiry';

const ended = (type: string, seconds: number): object => ({ conditions: [{ type, status: 'True', lastTransitionTime: ago(seconds) }] });

it.each<[string, object, object, number | undefined]>([
  ['without a time to live', {}, ended('Complete', 9), undefined],
  ['before it has finished', { ttlSecondsAfterFinished: 5 }, ended('SuccessCriteriaMet', 9), undefined],
  ['in time', { ttlSecondsAfterFinished: 15 }, ended('Failed', 9), 6000],
  ['over', { ttlSecondsAfterFinished: 0 }, ended('Complete', 9), -9000],
])('%s', (_, spec, status, expected) => {
  expect(untilExpiry(job(spec, status), NOW)).toBe(expected);
});

it('leaves alone what is being deleted', () => {
  const going = job({ ttlSecondsAfterFinished: 0 }, ended('Complete', 9));
  expect(untilExpiry({ ...going, metadata: { ...going.metadata, deletionTimestamp: ago(0) } }, NOW)).toBeUndefined();
});
