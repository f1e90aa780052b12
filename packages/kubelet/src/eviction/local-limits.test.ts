import type { Container, PodSpec } from '../objects';
import { podOf } from '../testing/objects';
import { statsOf, type Used } from '../testing/stats';
import { exceededLimit } from './local-limits';

const MI = 2 ** 20;
const limited = (name: string, storage?: string, more: Partial<Container> = {}): Container => ({
  name,
  image: 'i',
  ...(storage !== undefined && { resources: { limits: { 'ephemeral-storage': storage } } }),
  ...more,
});

const WITH_VOLUME: Partial<PodSpec> = { volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '10Mi' } }] };

it.each<[string, Partial<PodSpec>, Used, string | undefined]>([
  ['a volume as large as it may be', WITH_VOLUME, { volumes: { scratch: 10 * MI } }, undefined],
  ['a volume that is larger', WITH_VOLUME, { volumes: { scratch: 10 * MI + 1 } }, 'Usage of EmptyDir volume "scratch" exceeds the limit "10Mi". '],
  ['a volume without a limit', { volumes: [{ name: 'scratch', emptyDir: {} }] }, { volumes: { scratch: 10 * MI } }, undefined],
  ['a limit of zero', { volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '0' } }] }, { volumes: { scratch: 10 * MI } }, undefined],
  ['all of a pod within its limits', { containers: [limited('a', '10Mi'), limited('b', '5Mi')] }, { rootfs: 9 * MI, volumes: { v: 6 * MI } }, undefined],
  [
    'all of a pod above them',
    { containers: [limited('a', '10Mi'), limited('b', '5Mi')] },
    { rootfs: 9 * MI, volumes: { v: 7 * MI } },
    'Pod ephemeral local storage usage exceeds the total limit of containers 15Mi. ',
  ],
  ['an init container with more', { containers: [limited('a', '1Mi')], initContainers: [limited('i', '20Mi')] }, { volumes: { v: 15 * MI } }, undefined],
  [
    'sidecars with theirs',
    { containers: [limited('a', '1Mi')], initContainers: [limited('i', '2Mi', { restartPolicy: 'Always' })] },
    { volumes: { v: 4 * MI } },
    'Pod ephemeral local storage usage exceeds the total limit of containers 3Mi. ',
  ],
  [
    'a container above its own',
    { containers: [limited('a', '1Mi'), limited('b', '5Mi')] },
    { rootfs: MI, logs: MI },
    'Container a exceeded its local ephemeral storage limit "1Mi". ',
  ],
  ['a pod without limits', { containers: [limited('a')] }, { rootfs: 100 * MI }, undefined],
])('%s', (_what, spec, used, message) => {
  const pod = podOf(['a'], spec);
  expect(exceededLimit(pod, statsOf(pod, used), false)).toBe(message);
});

it('does not count what a container writes where images have a disk of their own', () => {
  const pod = podOf(['a'], { containers: [limited('a', '1Mi'), limited('b', '5Mi')] });
  expect(exceededLimit(pod, statsOf(pod, { rootfs: 3 * MI }), true)).toBeUndefined();
});
