import { conditionEvents, rebootEvents, schedulableEvents } from './node-events';

const conditions = (statuses: Readonly<Record<string, string>>): { type: string; status: string }[] => Object.entries(statuses).map(([type, status]) => ({ type, status }));
const NEW = { MemoryPressure: 'False', DiskPressure: 'False', PIDPressure: 'False', Ready: 'False' };

it.each([
  ['a new node', {}, NEW, ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID']],
  ['a node that has become ready', NEW, { ...NEW, Ready: 'True' }, ['NodeReady']],
  ['a node that is not ready any more', { ...NEW, Ready: 'True' }, NEW, ['NodeNotReady']],
  ['a node that was lost', { ...NEW, Ready: 'Unknown', MemoryPressure: 'Unknown' }, { ...NEW, Ready: 'True' }, ['NodeHasSufficientMemory', 'NodeReady']],
  ['a node in need', NEW, { ...NEW, MemoryPressure: 'True', DiskPressure: 'True', PIDPressure: 'True' }, ['NodeHasInsufficientMemory', 'NodeHasDiskPressure', 'NodeHasInsufficientPID']],
  ['no change', NEW, { ...NEW, NetworkUnavailable: 'False' }, []],
])('tells of %s', (_, before, after, reasons) => {
  const events = conditionEvents('n1', conditions(before), conditions(after));
  expect(events).toEqual(reasons.map((reason) => ({ type: 'Normal', reason, message: `Node n1 status is now: ${reason}` })));
});

it.each([
  ['', 'a', 0],
  ['a', 'a', 0],
  ['a', 'b', 1],
])('tells of a start of the machine: %s, then %s', (old, now, count) => {
  const events = rebootEvents('n1', { nodeInfo: { bootID: old } }, { nodeInfo: { bootID: now } });
  expect(events).toHaveLength(count);
  expect(events).toEqual(events.map(() => ({ type: 'Warning', reason: 'Rebooted', message: `Node n1 has been rebooted, boot id: ${now}` })));
});

it('tells of a node that is cordoned, and of one that is not any more', () => {
  const event = (reason: string): object[] => [{ type: 'Normal', reason, message: `Node n1 status is now: ${reason}` }];
  expect(schedulableEvents('n1', false, true)).toEqual(event('NodeNotSchedulable'));
  expect(schedulableEvents('n1', true, false)).toEqual(event('NodeSchedulable'));
  expect(schedulableEvents('n1', true, true)).toEqual([]);
});
