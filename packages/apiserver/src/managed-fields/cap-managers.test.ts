import type { FieldManager } from '@typekube/apimachinery';
import { capManagers } from './cap-managers';

const updater = (manager: string, second: number, apiVersion = 'v1'): FieldManager => ({
  manager, operation: 'Update', apiVersion, subresource: '', time: `2024-01-01T00:00:${String(second).padStart(2, '0')}Z`, fields: { [`f:${manager}`]: {} },
});
const updaters = (count: number, apiVersion = 'v1'): FieldManager[] => Array.from({ length: count }, (_, i) => updater(`m${i}`, i, apiVersion));
const shown = (managers: readonly FieldManager[]): string[] => managers.map(({ manager, apiVersion, fields }) => `${manager} ${apiVersion} ${Object.keys(fields).join()}`).sort();
const named = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => `m${from + i} v1 f:m${from + i}`).sort();

it.each([
  ['ten stay', updaters(10), named(0, 9)],
  ['of eleven, the oldest two are joined', updaters(11), ['ancient-changes v1 f:m0,f:m1', ...named(2, 10)]],
  ['appliers are not counted', [...updaters(10), { ...updater('a', 0), operation: 'Apply' as const }], ['a v1 f:a', ...named(0, 9)].sort()],
  ['what was joined takes in the next one', [updater('ancient-changes', 5), ...updaters(10)], ['ancient-changes v1 f:ancient-changes,f:m0', ...named(1, 9)]],
  ['each version has its own', [updater('x', 0, 'v2'), ...updaters(11)], ['ancient-changes v1 f:m0,f:m1,f:m2', 'x v2 f:x', ...named(3, 10)].sort()],
])('%s', (_what, managers, expected) => {
  expect(shown(capManagers(managers))).toEqual(expected);
});

it('joins many thousands at once', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => updater(`m${i}`, 0));
  expect(capManagers(many)).toHaveLength(10);
});
