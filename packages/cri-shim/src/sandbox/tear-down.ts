import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sandboxFilesFolder, sandboxFolder, type Shim } from '../shim';
import { isNamespace, removeNamespaces } from './namespaces';
import type { SandboxRecord } from './record';

/** Takes a sandbox off its network and takes down its namespaces. Idempotent; the record stays. */
export async function releaseSandbox(shim: Pick<Shim, 'network' | 'paths'>, { id, holderPid }: Pick<SandboxRecord, 'id' | 'holderPid'>): Promise<void> {
  const folder = sandboxFolder(shim.paths, id);
  const netns = join(folder, 'net');
  // A namespace that is gone already is told to the plugins as an empty path, as the CNI specification wants it.
  await shim.network.remove(id, (await isNamespace(netns)) ? netns : '');
  await removeNamespaces(folder, holderPid);
}

/** As `releaseSandbox`, and removes the sandbox' files too. */
export async function tearDownSandbox(shim: Pick<Shim, 'network' | 'paths'>, record: Pick<SandboxRecord, 'id' | 'holderPid'>): Promise<void> {
  await releaseSandbox(shim, record);
  await rm(sandboxFilesFolder(shim.paths, record.id), { recursive: true, force: true });
}
