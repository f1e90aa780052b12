import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { cri } from '@typekube/cri-api';
import { cgroupPath } from '../container/cgroup';
import type { ContainerRecord } from '../container/record';
import { containerSpec } from '../container/container-spec';
import { invalid, RpcError } from '../errors';
import { EventType } from '../events';
import type { StoredImage } from '../images/image-store';
import { sandboxFiles } from '../sandbox/files';
import { namespacePaths, shmPath } from '../sandbox/namespaces';
import { namespaceModes, type SandboxRecord } from '../sandbox/record';
import { containersOf, now, publishEvent, requireSandbox, sandboxFilesFolder, sandboxFolder, type Shim } from '../shim';

/** Makes a container of its image: file system and spec. Nothing runs yet. */
export async function createContainer(shim: Shim, { podSandboxId, config }: cri.CreateContainerRequest): Promise<cri.ICreateContainerResponse> {
  if (!config?.metadata) throw invalid('container config must include metadata');
  if (config.CDIDevices.length) throw new RpcError(status.UNIMPLEMENTED, 'CDI devices are not implemented');
  const sandbox = requireSandbox(shim, podSandboxId);
  if (sandbox.state !== 'ready') throw new RpcError(status.UNKNOWN, `sandbox container "${sandbox.id}" is not running`);
  const image = await imageOf(shim, config);
  const { name, attempt } = config.metadata;
  return shim.locks.run(`container ${sandbox.id}/${name}`, async () => {
    const same = containersOf(shim, sandbox.id).find(({ config: { metadata } }) => metadata?.name === name && metadata.attempt === attempt);
    if (same) throw new RpcError(status.UNKNOWN, `failed to reserve container name "${name}_${attempt}": name is reserved for "${same.id}"`);
    const id = randomBytes(32).toString('hex');
    try {
      const record = await build(shim, { id, sandbox, config, image });
      await shim.containers.put(record);
    } catch (error) {
      await shim.backend.remove(id);
      throw error;
    }
    publishEvent(shim, EventType.CONTAINER_CREATED_EVENT, id, sandbox.id);
    return { containerId: id };
  });
}

async function imageOf({ backend }: Shim, { image }: cri.ContainerConfig): Promise<StoredImage> {
  const wanted = image?.image ?? '';
  const found = wanted ? await backend.images.find(wanted) : undefined;
  if (!found) throw new RpcError(status.NOT_FOUND, `failed to get image "${wanted}": not found`);
  return found;
}

interface Building {
  readonly id: string;
  readonly sandbox: SandboxRecord;
  readonly config: cri.ContainerConfig;
  readonly image: StoredImage;
}

async function build(shim: Shim, { id, sandbox, config, image }: Building): Promise<ContainerRecord> {
  const rootfs = await shim.backend.prepareRootfs(id, image.chainId);
  const modes = namespaceModes(sandbox.config);
  const folder = sandboxFolder(shim.paths, sandbox.id);
  const targetPid = targetOf(shim, config);
  const spec = await containerSpec({
    id,
    config,
    image: image.config,
    rootfs,
    host: shim.host,
    cgroupPath: cgroupPath(sandbox.config, id),
    sandbox: {
      hostname: sandbox.config.hostname,
      namespaces: namespacePaths(folder, modes),
      files: sandboxFiles(sandboxFilesFolder(shim.paths, sandbox.id), shmPath(folder, modes)),
    },
    ...(targetPid !== undefined && { targetPid }),
  });
  await shim.backend.create({ id, sandboxId: sandbox.id, imageName: image.repoTags[0] ?? image.id, spec });
  const { logDirectory } = sandbox.config;
  return {
    id,
    sandboxId: sandbox.id,
    config,
    createdAt: now(),
    image: { id: image.id, ref: image.repoDigests[0] ?? image.id, stopSignal: image.config.config?.StopSignal ?? '' },
    logPath: logDirectory && config.logPath ? join(logDirectory, config.logPath) : '',
    user: spec.process.user,
    life: { at: 'created' },
  };
}

function targetOf({ containers }: Shim, { linux }: cri.ContainerConfig): number | undefined {
  const options = linux?.securityContext?.namespaceOptions;
  if (options?.pid !== cri.NamespaceMode.TARGET) return undefined;
  const target = containers.find(options.targetId);
  return target?.life.at === 'running' ? target.life.pid : undefined;
}
