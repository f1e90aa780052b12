import { planTtl } from './plan-ttl';

it.each([
  [1, 0, 0],
  [100, 0, 0],
  [101, 0, 15],
  [90, 15, 15],
  [89, 15, 0],
  [5000, 0, 300],
  [1800, 300, 300],
  [1799, 300, 60],
  [480, 300, 30],
  [0, 300, 0],
])('%i nodes, from %i seconds: %i', (nodes, current, expected) => {
  expect(planTtl(nodes, current)).toBe(expected);
});
