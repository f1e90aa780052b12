import { podOf } from '../testing/objects';
import { parseLogOptions, waitingText } from './container-logs';

it.each([
  ['ErrImagePull', "image can't be pulled"],
  ['ImagePullBackOff', 'trying and failing to pull image'],
  ['PodInitializing', 'PodInitializing'],
  [undefined, 'ContainerCreating'],
])('says of a container that waits by %s: %s', (reason, text) => {
  const base = { name: 'a', image: '', imageID: '', ready: false, restartCount: 0 };
  const containerStatuses = [{ ...base, state: reason ? { waiting: { reason } } : {} }];
  expect(waitingText({ ...podOf(['a']), status: { containerStatuses } }, 'a')).toBe(text);
});

it.each([
  ['follow=true', true],
  ['follow=True', true],
  ['follow=1', true],
  ['follow', true],
  ['follow=False', false],
  ['follow=0', false],
  ['', false],
])('reads of the query %p whether to follow: %p', (query, follow) => {
  expect(parseLogOptions(new URLSearchParams(query)).follow).toBe(follow);
});
