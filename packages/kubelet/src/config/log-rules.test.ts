import { type LogFields, logRulesOf, logRulesWithFlags } from './log-rules';

it('has upstream’s defaults', () => {
  expect(logRulesOf({})).toMatchObject({ maxBytes: 10 * 2 ** 20, maxFiles: 5, workers: 1, interval: 10_000 });
});

it('lets flags speak first', () => {
  const file = logRulesOf({ containerLogMaxSize: '1Mi', containerLogMaxWorkers: 3, containerLogMonitorInterval: '1m' });
  const flags = { containerLogMaxSize: '-1', containerLogMaxFiles: undefined };
  expect(logRulesWithFlags(file, flags)).toMatchObject({ maxBytes: -1, maxFiles: 5, workers: 3, interval: 60_000 });
});

it.each<[LogFields, string]>([
  [{ containerLogMaxFiles: 1 }, 'containerLogMaxFiles: invalid configuration: 1 must be greater than 1'],
  [{ containerLogMaxWorkers: 0 }, 'containerLogMaxWorkers: invalid configuration: 0 must be greater than or equal to 1'],
  [{ containerLogMonitorInterval: '2s' }, 'containerLogMonitorInterval: invalid configuration: 2s must be greater than or equal to 3s'],
  [{ containerLogMaxSize: 'much' }, 'containerLogMaxSize: failed to parse container log max size "much"'],
])('refuses %j', (fields, message) => {
  expect(() => logRulesOf(fields)).toThrow(message);
});
