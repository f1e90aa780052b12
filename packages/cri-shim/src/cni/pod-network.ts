import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../store/json-file';
import { loadNetwork, type NetworkConfigList } from './config';
import { addNetwork, type Attachment, checkNetwork, type CniResult, deleteNetwork } from './invoke';
import { detailsOf, isMissing } from '../errors';

const INTERFACE = 'eth0';

export interface PodNetworkOptions {
  readonly confDir: string;
  readonly binDirs: readonly string[];
  /**
   * Where results are kept, so that DEL gets what ADD was given, whatever the configuration says by then. It has to outlive a reboot, as the addresses do
   * that plugins have given away.
   */
  readonly cacheDir: string;
}

export interface PodAttachment {
  readonly sandboxId: string;
  readonly netns: string;
  readonly pod: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly portMappings: readonly { readonly hostPort: number; readonly containerPort: number; readonly protocol: string; readonly hostIP: string }[];
  readonly cgroupParent: string;
}

interface CachedNetwork {
  readonly list: NetworkConfigList;
  readonly attachment: Attachment;
  readonly result?: CniResult;
}

/** Puts sandboxes on the pod network and takes them off. */
export class PodNetwork {
  constructor(private readonly options: PodNetworkOptions) {}

  /** Why pods cannot get a network now, or undefined. */
  async problem(): Promise<string | undefined> {
    try {
      return (await loadNetwork(this.options.confDir)) ? undefined : 'cni plugin not initialized';
    } catch (error) {
      return detailsOf(error);
    }
  }

  /** Gives the pod its interface; gives its addresses, the first one being the pod's. */
  async add(pod: PodAttachment): Promise<string[]> {
    const { confDir, binDirs } = this.options;
    const list = await loadNetwork(confDir);
    if (!list) throw new Error('cni plugin not initialized');
    const attachment = attachmentOf(pod);
    // Kept before ADD, so that a half made network is taken off again after a crash.
    await this.keep(pod.sandboxId, { list, attachment });
    const result = await addNetwork(list, attachment, binDirs);
    await this.keep(pod.sandboxId, { list, attachment, result });
    return addresses(result);
  }

  async check(sandboxId: string): Promise<void> {
    const cached = await this.cached(sandboxId);
    if (cached?.result) await checkNetwork(cached.list, cached.attachment, this.options.binDirs, cached.result);
  }

  /** Idempotent: nothing is done for a sandbox that has no network. */
  async remove(sandboxId: string, netns: string): Promise<void> {
    const cached = await this.cached(sandboxId);
    if (!cached) return;
    await deleteNetwork(cached.list, { ...cached.attachment, netns }, this.options.binDirs, cached.result);
    await rm(this.path(sandboxId), { force: true });
  }

  /** The sandboxes that have a network, also those that no record is kept of. */
  async list(): Promise<string[]> {
    await mkdir(this.options.cacheDir, { recursive: true });
    const names = await readdir(this.options.cacheDir);
    return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  }

  private async keep(sandboxId: string, cached: CachedNetwork): Promise<void> {
    await mkdir(this.options.cacheDir, { recursive: true, mode: 0o700 });
    await writeFileAtomically(this.path(sandboxId), JSON.stringify(cached));
  }

  private async cached(sandboxId: string): Promise<CachedNetwork | undefined> {
    try {
      const cached: CachedNetwork = JSON.parse(await readFile(this.path(sandboxId), 'utf8'));
      return cached;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  private path(sandboxId: string): string {
    return join(this.options.cacheDir, `${sandboxId}.json`);
  }
}

function attachmentOf({ sandboxId, netns, pod, portMappings, cgroupParent }: PodAttachment): Attachment {
  return {
    containerId: sandboxId,
    netns,
    interfaceName: INTERFACE,
    args: {
      IgnoreUnknown: '1',
      K8S_POD_NAMESPACE: pod.namespace,
      K8S_POD_NAME: pod.name,
      K8S_POD_INFRA_CONTAINER_ID: sandboxId,
      K8S_POD_UID: pod.uid,
    },
    capabilityArgs: {
      ...(portMappings.length && { portMappings }),
      ...(cgroupParent && { cgroupPath: cgroupParent }),
    },
  };
}

/** The pod's own addresses: those of its interface, IPv4 before IPv6 as plugins order them. */
function addresses({ interfaces = [], ips = [] }: CniResult): string[] {
  const isOwn = (position: number | undefined): boolean => {
    const sandbox = position === undefined ? undefined : interfaces[position];
    return sandbox === undefined || (sandbox.name === INTERFACE && Boolean(sandbox.sandbox));
  };
  return ips.filter((ip) => isOwn(ip.interface)).map(({ address }) => address.split('/', 1)[0] ?? address);
}
