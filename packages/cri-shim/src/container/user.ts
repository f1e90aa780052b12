import { cri } from '@typekube/cri-api';
import type { Rootfs } from '../backend';
import { RpcError } from '../errors';
import { status } from '@grpc/grpc-js';
import type { SpecUser } from './runtime-spec';

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/**
 * The numbers that a container runs as: of the security context, else of the image's `USER`, looked up in the image's own /etc/passwd and
 * /etc/group. A user that stands in neither as a number runs with group 0, as upstream's.
 */
export async function containerUser(
  context: cri.ILinuxContainerSecurityContext,
  imageUser: string,
  rootfs: Rootfs,
): Promise<SpecUser> {
  const { userPart, groupPart } = wanted(context, imageUser);
  const passwd = parsePasswd((await rootfs.readFile('etc/passwd')) ?? '');
  const groups = parseGroups((await rootfs.readFile('etc/group')) ?? '');
  const user = findUser(userPart, passwd);
  const gid = groupPart === undefined ? user.gid : findGroup(groupPart, groups);
  const fromImage = context.supplementalGroupsPolicy === cri.SupplementalGroupsPolicy.Strict ? [] : groupsOf(user.name, groups);
  const additionalGids = [...new Set([gid, ...fromImage, ...(context.supplementalGroups ?? [])])];
  return { uid: user.uid, gid, additionalGids };
}

function wanted(context: cri.ILinuxContainerSecurityContext, imageUser: string): { userPart: string; groupPart: string | undefined } {
  const { runAsUser, runAsUsername, runAsGroup } = context;
  const group = runAsGroup ? String(runAsGroup.value ?? 0) : undefined;
  if (runAsUser) return { userPart: String(runAsUser.value ?? 0), groupPart: group };
  if (runAsUsername) return { userPart: runAsUsername, groupPart: group };
  if (group !== undefined) throw new RpcError(status.INVALID_ARGUMENT, 'user group is specified without user');
  const [userPart = '', groupPart] = imageUser.split(':', 2);
  return { userPart: userPart || '0', groupPart };
}

function findUser(text: string, passwd: readonly PasswdEntry[]): { name: string | undefined; uid: number; gid: number } {
  if (/^\d+$/.test(text)) {
    const uid = Number(text);
    const entry = passwd.find((each) => each.uid === uid);
    return entry ?? { name: undefined, uid, gid: 0 };
  }
  const entry = passwd.find(({ name }) => name === text);
  if (!entry) throw new RpcError(status.UNKNOWN, `failed to generate spec: no users found: unable to find user ${text}: no matching entries in passwd file`);
  return entry;
}

function findGroup(text: string, groups: readonly GroupEntry[]): number {
  if (/^\d+$/.test(text)) return Number(text);
  const entry = groups.find(({ name }) => name === text);
  if (!entry) throw new RpcError(status.UNKNOWN, `failed to generate spec: unable to find group ${text}: no matching entries in group file`);
  return entry.gid;
}

function groupsOf(user: string | undefined, groups: readonly GroupEntry[]): number[] {
  return user === undefined ? [] : groups.filter(({ members }) => members.includes(user)).map(({ gid }) => gid);
}

function parsePasswd(text: string): PasswdEntry[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

function parseGroups(text: string): GroupEntry[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 3)
    .map(([name = '', , gid, members = '']) => ({ name, gid: Number(gid), members: members.split(',') }));
}
