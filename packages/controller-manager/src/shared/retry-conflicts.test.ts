import { newConflict } from '@typekube/apimachinery';
import { silentLogger } from '@typekube/component-base';
import { retryConflicts } from './retry-conflicts';

const context = { signal: new AbortController().signal, logger: silentLogger, failures: 0 };
const conflict = newConflict({ group: 'apps', resource: 'replicasets' }, 'web', 'too late');

it('comes again soon after a conflict', async () => {
  const reconcile = retryConflicts(() => Promise.reject(conflict));
  expect(await reconcile('default/web', context)).toEqual({ requeueAfterMilliseconds: 20 });
});

it('passes on what is no conflict, and conflicts that do not end', async () => {
  await expect(retryConflicts(() => Promise.reject(new Error('x')))('default/web', context)).rejects.toThrow('x');
  const now = jest.spyOn(performance, 'now').mockReturnValue(0);
  const reconcile = retryConflicts(() => Promise.reject(conflict));
  await reconcile('default/web', context);
  now.mockReturnValue(31_000);
  await expect(reconcile('default/web', context)).rejects.toBe(conflict);
  now.mockRestore();
});

it('leaves results alone', async () => {
  expect(await retryConflicts(async () => ({ requeueAfterMilliseconds: 7 }))('default/web', context)).toEqual({ requeueAfterMilliseconds: 7 });
});
