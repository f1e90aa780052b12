import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endAbandonedExecs } from './container/exec';
import { type ContainerRecord } from './container/record';
import { unknownEnd } from './container/supervisor';
import { hasNamespaces, namespacePaths } from './sandbox/namespaces';
import { namespaceModes } from './sandbox/record';
import { tearDownSandbox } from './sandbox/tear-down';
import { namesIn } from './names-in';
import { sandboxFolder, type Shim } from './shim';

/**
 * Takes up what earlier runs left, however they ended: goes on with containers that run, notes the ends of those that do not any more, takes
 * down what was half made or has no record. Called before the first request is served.
 */
export async function recover(shim: Shim): Promise<void> {
  const broken = [...(await shim.sandboxes.load()), ...(await shim.containers.load())];
  for (const path of broken) shim.log.error('a record cannot be read and is left where it is', undefined, { path });
  await recoverSandboxes(shim);
  const failed = ({ id }: ContainerRecord) => (error: unknown) => shim.log.error('a container could not be taken up again', error, { container: id });
  // One that gives trouble must not keep all others from being looked after.
  await Promise.all(shim.containers.all().map((record) => recoverContainer(shim, record).catch(failed(record))));
  await removeOrphans(shim);
}

async function recoverSandboxes(shim: Shim): Promise<void> {
  for (const record of shim.sandboxes.all()) {
    const paths = namespacePaths(sandboxFolder(shim.paths, record.id), namespaceModes(record.config));
    if (record.state === 'creating') {
      await tearDownSandbox(shim, record);
      await shim.sandboxes.delete(record.id);
    } else if (record.state === 'ready' && !(await hasNamespaces(paths))) await shim.sandboxes.note({ ...record, state: 'stopped' });
  }
}

async function recoverContainer(shim: Shim, record: ContainerRecord): Promise<void> {
  if (record.life.at === 'running') {
    // One that ended meanwhile is still known to containerd until its end was noted here.
    await shim.supervisor.resume(record);
    await endAbandonedExecs(shim, record.id);
  } else if (record.life.at === 'created' && (await shim.backend.isRunning(record.id))) {
    // It was being started, but nobody was told so.
    await shim.backend.deleteTask(record.id);
    await shim.containers.note({ ...record, life: unknownEnd(0) });
  }
}

/** Containers and sandboxes that exist without a record of theirs: their making or their removal was cut short. */
async function removeOrphans(shim: Shim): Promise<void> {
  for (const id of await shim.backend.list()) if (!shim.containers.get(id)) await shim.backend.remove(id);
  await removeFolders(join(shim.paths.state, 'containers'), (id) => shim.containers.get(id) !== undefined);
  const known = (id: string): boolean => shim.sandboxes.get(id) !== undefined;
  const sandboxes = new Set([...(await shim.network.list()), ...(await namesIn(join(shim.paths.state, 'sandboxes'))), ...(await namesIn(join(shim.paths.root, 'sandbox-files')))]);
  for (const id of sandboxes) if (!known(id)) await tearDownSandbox(shim, { id });
}

async function removeFolders(parent: string, isKnown: (id: string) => boolean): Promise<void> {
  for (const id of await namesIn(parent)) if (!isKnown(id)) await rm(join(parent, id), { recursive: true, force: true });
}
