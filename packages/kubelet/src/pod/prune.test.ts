import { exited, podState, SANDBOX, stateOf } from '../testing/objects';
import { deadWeight } from './prune';

it('keeps the last dead container of each name, and the sandboxes of what it keeps', () => {
  const state = {
    ...podState([
      stateOf('a', { id: 'a3' }),
      exited('a', 1, { id: 'a2', sandboxId: 's0' }),
      exited('a', 1, { id: 'a1', sandboxId: 's-1' }),
      exited('b', 0, { id: 'b1' }),
      exited('b', 0, { id: 'b0' }),
      exited('b', 0, { id: 'b-1' }),
    ]),
    sandboxes: [SANDBOX, { ...SANDBOX, id: 's0', isReady: false }, { ...SANDBOX, id: 's-1', isReady: false }],
  };
  const { containers, sandboxes } = deadWeight(state);
  expect(containers.map(({ id }) => id)).toEqual(['a1', 'b-1']);
  expect(sandboxes.map(({ id }) => id)).toEqual(['s-1']);
});
