import { findPressure, NO_PRESSURE, type Observations, type PressureFinding, type PressureRules } from './pressure';
import { type ThresholdFields, thresholdsOf } from './thresholds';

const MINUTE = 60_000;

/** A node that is looked at at several times, in minutes, with so much of its memory and of its disk left (of 1000). */
function look(fields: ThresholdFields, looks: readonly (readonly [number, memory: number, disk?: number])[]): PressureFinding[] {
  const rules: PressureRules = { thresholds: thresholdsOf(fields), transitionPeriod: 5 * MINUTE };
  let state = NO_PRESSURE;
  return looks.map(([minute, memory, disk = 1000]) => {
    const observed: Observations = new Map([
      ['memory.available', { available: memory, capacity: 1000 }],
      ['nodefs.available', { available: disk, capacity: 1000 }],
    ]);
    const finding = findPressure(state, observed, minute * MINUTE, rules);
    state = finding.state;
    return finding;
  });
}

const dueOf = (findings: readonly PressureFinding[]): string[] => findings.map(({ due }) => due.map(({ signal }) => signal).join());

it('is there as soon as there is too little, and for a while when there is enough again', () => {
  const findings = look({ evictionHard: { 'memory.available': '100' } }, [[0, 100], [1, 99], [2, 500], [5.9, 500], [6, 500]]);
  expect(findings.map(({ pressures }) => pressures.join())).toEqual(['', 'MemoryPressure', 'MemoryPressure', 'MemoryPressure', '']);
  expect(dueOf(findings)).toEqual(['', 'memory.available', '', '', '']);
});

it('lets pods stay for the grace period of a soft threshold, which begins anew when there was enough meanwhile', () => {
  const soft = { evictionHard: {}, evictionSoft: { 'memory.available': '10%' }, evictionSoftGracePeriod: { 'memory.available': '2m' } };
  const findings = look(soft, [[0, 99], [1, 99], [1.5, 100], [2, 99], [3.9, 99], [4, 99]]);
  expect(dueOf(findings)).toEqual(['', '', '', '', '', 'memory.available']);
  expect(findings[0]?.pressures).toEqual(['MemoryPressure']);
});

it('goes on until more is free than it has begun with, where that is wanted', () => {
  const findings = look({ evictionHard: { 'nodefs.available': '10%' }, evictionMinimumReclaim: { 'nodefs.available': '5%' } }, [[0, 999, 149], [1, 999, 99], [2, 999, 149], [3, 999, 150]]);
  expect(dueOf(findings)).toEqual(['', 'nodefs.available', 'nodefs.available', '']);
});

it('is about memory first', () => {
  expect(dueOf(look({ evictionHard: { 'nodefs.available': '10%', 'memory.available': '10%' } }, [[0, 1, 1]]))).toEqual(['memory.available,nodefs.available']);
});

it('is not found by what could not be measured', () => {
  expect(look({ evictionHard: { 'pid.available': '10%' } }, [[0, 1, 1]])[0]?.pressures).toEqual([]);
});
