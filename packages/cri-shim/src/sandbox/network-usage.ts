import { readFile } from 'node:fs/promises';
import type { cri } from '@typekube/cri-api';
import { isMissing } from '../errors';
import { now } from '../shim';

/** The interface that CNI makes in a pod. */
const DEFAULT_INTERFACE = 'eth0';

/** What went over the interfaces of the network that a process is in; undefined where the process has ended. */
export async function networkUsage(pid: number, proc = '/proc'): Promise<cri.INetworkUsage | undefined> {
  try {
    return usageIn(await readFile(`${proc}/${pid}/net/dev`, 'utf8'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** After two lines of titles, one of eight counts received and eight sent for each interface. What a pod says to itself is not counted. */
function usageIn(text: string): cri.INetworkUsage {
  const all = text.split('\n').slice(2).flatMap((line): cri.INetworkInterfaceUsage[] => {
    const [name, counts] = line.split(':');
    if (!name || !counts || name.trim() === 'lo') return [];
    const [rxBytes = 0, , rxErrors = 0, , , , , , txBytes = 0, , txErrors = 0] = counts.trim().split(/\s+/).map(Number);
    return [{ name: name.trim(), rxBytes: { value: rxBytes }, rxErrors: { value: rxErrors }, txBytes: { value: txBytes }, txErrors: { value: txErrors } }];
  });
  const chosen = all.find(({ name }) => name === DEFAULT_INTERFACE);
  return { timestamp: now(), ...(chosen && { defaultInterface: chosen }), interfaces: all.filter((each) => each !== chosen) };
}
