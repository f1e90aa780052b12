import { inUse, planRotation, rotatedName } from './rotated-files';

it.each<[string, string[], number, string[], string[]]>([
  ['nothing at first', [], 5, [], []],
  ['compresses the one before', ['0.log.1'], 5, [], ['0.log.1']],
  ['keeps two fewer than there may be', ['0.log.3', '0.log.1.gz', '0.log.2.gz'], 4, ['0.log.1.gz'], ['0.log.3']],
  ['keeps none beside the one that is put aside', ['0.log.1', '0.log.2'], 2, ['0.log.1', '0.log.2'], []],
  ['takes away what a kubelet left that was killed', ['0.log.1', '0.log.1.gz', '0.log.2', '0.log.2.tmp'], 5, ['0.log.1', '0.log.2.tmp'], ['0.log.2']],
])('%s', (_what, rotated, maxFiles, remove, compress) => {
  expect(planRotation(rotated, maxFiles)).toEqual({ remove, compress });
});

it('names a log after its time, as upstream', () => {
  expect(rotatedName('/logs/0.log', Date.parse('2026-01-02T03:04:05.678Z'))).toBe('/logs/0.log.20260102-030405');
});

it('orders logs by their times, compressed or not', () => {
  expect(inUse(['0.log.20260102-030405', '0.log.20260101-000000.gz', '0.log.20260103-000000'])).toEqual(['0.log.20260101-000000.gz', '0.log.20260102-030405', '0.log.20260103-000000']);
});
