import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { cri } from '@typekube/cri-api';
import type { SpecDevice, SpecDeviceRule } from './runtime-spec';

export interface ContainerDevices {
  readonly devices: readonly SpecDevice[];
  readonly rules: readonly SpecDeviceRule[];
}

/** Folders of /dev that a privileged container has its own of. */
const OWN_FOLDERS = new Set(['pts', 'shm', 'fd', 'mqueue', '.lxc', '.lxd-mounts', '.udev']);

/** All devices for a privileged container, those asked for otherwise; runc adds the harmless ones such as /dev/null itself. */
export async function containerDevices(asked: readonly cri.Device[], privileged: boolean): Promise<ContainerDevices> {
  if (privileged) return { devices: await hostDevices('/dev'), rules: [{ allow: true, access: 'rwm' }] };
  const devices: SpecDevice[] = [];
  const rules: SpecDeviceRule[] = [{ allow: false, access: 'rwm' }];
  for (const { hostPath, containerPath, permissions } of asked) {
    const device = await describeDevice(hostPath, containerPath);
    if (!device) throw new Error(`not a device node: ${hostPath}`);
    devices.push(device);
    rules.push({ allow: true, type: device.type, major: device.major, minor: device.minor, access: permissions || 'rwm' });
  }
  return { devices, rules };
}

async function hostDevices(folder: string): Promise<SpecDevice[]> {
  const found: SpecDevice[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !OWN_FOLDERS.has(entry.name)) found.push(...(await hostDevices(path)));
    else if ((entry.isBlockDevice() || entry.isCharacterDevice()) && entry.name !== 'console') {
      const device = await describeDevice(path, path);
      if (device) found.push(device);
    }
  }
  return found;
}

async function describeDevice(hostPath: string, path: string): Promise<SpecDevice | undefined> {
  const { mode, rdev, uid, gid, ...kind } = await statKind(hostPath);
  if (!kind.type) return undefined;
  return { path, type: kind.type, major: major(rdev), minor: minor(rdev), fileMode: mode & 0o7777, uid, gid };
}

async function statKind(path: string): Promise<{ mode: number; rdev: number; uid: number; gid: number; type: 'b' | 'c' | undefined }> {
  const info = await stat(path);
  const type = info.isBlockDevice() ? 'b' : info.isCharacterDevice() ? 'c' : undefined;
  return { mode: info.mode, rdev: info.rdev, uid: info.uid, gid: info.gid, type };
}

/** glibc's layout of a device number, which the kernel's stat gives. */
function major(rdev: number): number {
  const number = BigInt(rdev);
  return Number(((number >> 8n) & 0xfffn) | ((number >> 32n) & ~0xfffn));
}

function minor(rdev: number): number {
  const number = BigInt(rdev);
  return Number((number & 0xffn) | ((number >> 12n) & ~0xffn & 0xffffffffn));
}
