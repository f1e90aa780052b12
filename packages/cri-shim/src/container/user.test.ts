import { cri } from '@typekube/cri-api';
import { containerUser } from './user';

const FILES: Readonly<Record<string, string>> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1001:web:/tmp:/bin/sh\n',
  'etc/group': 'root:x:0:\nweb:x:1001:\nextra:x:1002:other,web\n',
};
const rootfs = { readFile: async (path: string) => FILES[path] };
const empty = { readFile: async () => undefined };

describe('containerUser', () => {
  const cases: [string, cri.ILinuxContainerSecurityContext, string, object][] = [
    ['root by default', {}, '', { uid: 0, gid: 0, additionalGids: [0] }],
    ['a name of the image', {}, 'web', { uid: 1000, gid: 1001, additionalGids: [1001, 1002] }],
    ['a name and a group of the image', {}, 'web:extra', { uid: 1000, gid: 1002, additionalGids: [1002] }],
    ['a number that the image knows', {}, '1000', { uid: 1000, gid: 1001, additionalGids: [1001, 1002] }],
    ['a number that it does not know', { runAsUser: { value: 7 } }, 'web', { uid: 7, gid: 0, additionalGids: [0] }],
    ['user, group and groups of the pod', { runAsUser: { value: 1000 }, runAsGroup: { value: 5 }, supplementalGroups: [9] }, '', { uid: 1000, gid: 5, additionalGids: [5, 1002, 9] }],
    ['only the groups of the pod, strictly', { runAsUser: { value: 1000 }, supplementalGroups: [9], supplementalGroupsPolicy: cri.SupplementalGroupsPolicy.Strict }, '', { uid: 1000, gid: 1001, additionalGids: [1001, 9] }],
    ['a name of the pod', { runAsUsername: 'web' }, 'root', { uid: 1000, gid: 1001, additionalGids: [1001, 1002] }],
  ];
  it.each(cases)('takes %s', async (_name, context, imageUser, expected) => expect(await containerUser(context, imageUser, rootfs)).toEqual(expected));

  it('refuses a name that the image does not know', async () => {
    await expect(containerUser({}, 'nobody', empty)).rejects.toThrow('unable to find user nobody: no matching entries in passwd file');
  });

  it('refuses a group without a user', async () => {
    await expect(containerUser({ runAsGroup: { value: 5 } }, '', rootfs)).rejects.toThrow('user group is specified without user');
  });
});
