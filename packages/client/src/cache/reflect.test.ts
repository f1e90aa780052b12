import type { corev1 } from '@typekube/api';
import type { ListWatchEvent } from './list-watch';
import { dropManagedFields, reflect, type StoreChange } from './reflect';
import { Store } from './store';

type Pod = corev1.Pod;
const pod = (name: string, version: string, uid = name): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'x', uid, resourceVersion: version, managedFields: [{ manager: 'm' }] },
});
const replaced = (...objects: Pod[]): ListWatchEvent<Pod> => ({ type: 'replaced', objects, resourceVersion: '1' });
const applied = (object: Pod): ListWatchEvent<Pod> => ({ type: 'applied', object, resourceVersion: '1' });
const deleted = (object: Pod): ListWatchEvent<Pod> => ({ type: 'deleted', object, resourceVersion: '1' });

async function run(...events: ListWatchEvent<Pod>[]): Promise<string[][]> {
  async function* source(): AsyncGenerator<ListWatchEvent<Pod>> {
    yield* events;
  }
  const batches: string[][] = [];
  for await (const changes of reflect(source(), new Store<Pod>(), dropManagedFields)) batches.push(changes.map(describeChange));
  return batches;
}

function describeChange(change: StoreChange<Pod>): string {
  const { name, resourceVersion, managedFields } = change.object.metadata;
  const old = change.type === 'updated' ? ` was ${change.old.metadata.resourceVersion}` : '';
  const unknown = change.type === 'deleted' && change.finalStateUnknown ? ' (missed)' : '';
  return `${change.type} ${name}@${resourceVersion}${old}${unknown}${managedFields ? ' with fields' : ''}`;
}

it.each<[string, ListWatchEvent<Pod>[], string[]]>([
  ['a first list', [replaced(pod('a', '1'), pod('b', '1'))], ['added a@1', 'added b@1']],
  ['an unchanged list', [replaced(pod('a', '1')), replaced(pod('a', '1'))], []],
  ['a list with a change', [replaced(pod('a', '1')), replaced(pod('a', '2'))], ['updated a@2 was 1']],
  ['a list with a loss', [replaced(pod('a', '1')), replaced()], ['deleted a@1 (missed)']],
  [
    'a list with another object of the name',
    [replaced(pod('a', '1')), replaced(pod('a', '9', 'new'))],
    ['deleted a@1 (missed)', 'added a@9'],
  ],
  ['a new object', [replaced(), applied(pod('a', '2'))], ['added a@2']],
  ['a changed object', [replaced(pod('a', '1')), applied(pod('a', '2'))], ['updated a@2 was 1']],
  ['a deleted object, in its last state', [replaced(pod('a', '1')), deleted(pod('a', '2'))], ['deleted a@2']],
  ['an unknown object deleted', [replaced(), deleted(pod('a', '2'))], []],
  ['a bookmark', [replaced(), { type: 'bookmark', resourceVersion: '9' }], []],
])('gives the changes of %s', async (_, events, expected) => {
  expect((await run(...events)).at(-1)).toEqual(expected);
});
