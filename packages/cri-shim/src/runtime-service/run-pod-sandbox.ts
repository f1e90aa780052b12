import { randomBytes } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { cri } from '@typekube/cri-api';
import { detailsOf, invalid, RpcError } from '../errors';
import { EventType } from '../events';
import { writeSandboxFiles } from '../sandbox/files';
import { makeNamespaces, namespacePaths } from '../sandbox/namespaces';
import { namespaceModes, type SandboxRecord } from '../sandbox/record';
import { tearDownSandbox } from '../sandbox/tear-down';
import { now, publishEvent, sandboxFilesFolder, sandboxFolder, type Shim } from '../shim';

/** Makes a pod's sandbox: files, namespaces, network. What was made is taken down again when a step fails. */
export async function runPodSandbox(shim: Shim, { config, runtimeHandler }: cri.RunPodSandboxRequest): Promise<cri.IRunPodSandboxResponse> {
  if (!config?.metadata) throw invalid('sandbox config must include metadata');
  if (runtimeHandler && runtimeHandler !== 'runc') throw new RpcError(status.UNKNOWN, `failed to get sandbox runtime: no runtime for "${runtimeHandler}" is configured`);
  if (config.linux?.securityContext?.namespaceOptions?.usernsOptions?.mode === cri.NamespaceMode.POD && config.linux.securityContext.namespaceOptions.usernsOptions.uids.length) {
    throw new RpcError(status.UNIMPLEMENTED, 'user namespaces are not implemented');
  }
  const { name, namespace, uid, attempt } = config.metadata;
  return shim.locks.run(`pod ${namespace}/${name}/${uid}`, async () => {
    const same = shim.sandboxes.all().find(({ config: { metadata } }) => metadata?.uid === uid && metadata.name === name && metadata.namespace === namespace && metadata.attempt === attempt);
    if (same) throw new RpcError(status.UNKNOWN, `failed to reserve sandbox name "${[name, namespace, uid, attempt].join('_')}": name is reserved for "${same.id}"`);
    const record: SandboxRecord = { id: randomBytes(32).toString('hex'), config, runtimeHandler, createdAt: now(), state: 'creating', ips: [] };
    await shim.sandboxes.put(record);
    try {
      await build(shim, record);
    } catch (error) {
      await tearDownSandbox(shim, record).catch((failure: unknown) => shim.log.error('a sandbox that could not be made could not be taken down', failure, { sandbox: record.id }));
      await shim.sandboxes.delete(record.id);
      throw error;
    }
    publishEvent(shim, EventType.CONTAINER_CREATED_EVENT, record.id, record.id);
    publishEvent(shim, EventType.CONTAINER_STARTED_EVENT, record.id, record.id);
    return { podSandboxId: record.id };
  });
}

async function build(shim: Shim, record: SandboxRecord): Promise<void> {
  const { id, config } = record;
  const folder = sandboxFolder(shim.paths, id);
  const modes = namespaceModes(config);
  await writeSandboxFiles(sandboxFilesFolder(shim.paths, id), config);
  const sysctls = config.linux?.sysctls ?? {};
  const holderPid = await makeNamespaces(folder, { modes, hostname: config.hostname, sysctls });
  const held: SandboxRecord = { ...record, ...(holderPid !== undefined && { holderPid }) };
  if (holderPid !== undefined) await shim.sandboxes.put(held);
  const { network } = namespacePaths(folder, modes);
  const ips = network === undefined ? [] : await join(shim, held, network);
  await shim.sandboxes.put({ ...held, ips, state: 'ready' });
}

async function join(shim: Shim, { id, config }: SandboxRecord, netns: string): Promise<string[]> {
  const { name = '', namespace = '', uid = '' } = config.metadata ?? {};
  try {
    return await shim.network.add({
      sandboxId: id,
      netns,
      pod: { name, namespace, uid },
      portMappings: config.portMappings.filter(({ hostPort }) => hostPort > 0).map(toPortMapping),
      cgroupParent: config.linux?.cgroupParent ?? '',
    });
  } catch (error) {
    throw new RpcError(status.UNKNOWN, `failed to setup network for sandbox "${id}": ${detailsOf(error)}`, error);
  }
}

function toPortMapping({ hostPort, containerPort, protocol, hostIp }: cri.PortMapping): { hostPort: number; containerPort: number; protocol: string; hostIP: string } {
  return { hostPort, containerPort, protocol: cri.Protocol[protocol].toLowerCase(), hostIP: hostIp };
}
