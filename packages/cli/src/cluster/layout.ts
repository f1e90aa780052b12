import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyPairPaths } from '@typekube/component-base';

/** Where everything of a cluster lies: all of it below one folder. */
export interface Layout {
  readonly root: string;
  readonly pki: string;
  /** What signs the API server's word on who a client is, and what it shows extension API servers. */
  readonly frontProxy: { readonly ca: KeyPairPaths; readonly client: KeyPairPaths };
  readonly kubeconfigs: string;
  readonly logs: string;
  readonly run: string;
  readonly store: string;
  readonly containerd: { readonly config: string; readonly root: string; readonly state: string; readonly socket: string; readonly opt: string };
  readonly cri: { readonly socket: string; readonly state: string; readonly root: string };
  /** Hierarchies of cgroups that the runtime needs and the machine has not: seen by the cluster's own processes only. */
  readonly cgroups: string;
  readonly cni: string;
  /** Addresses that CNI has given to pods. */
  readonly ipam: string;
  readonly kubelet: string;
  /** Files of static pods. */
  readonly manifests: string;
  readonly adminKubeconfig: string;
  /** What the supervisor tells of itself and of its processes. */
  readonly stateFile: string;
  /** What the cluster was started with, until it has been seen ready. */
  readonly beginningFile: string;
}

export function layoutOf(dataDir: string): Layout {
  const run = join(dataDir, 'run');
  const pki = join(dataDir, 'pki');
  const pair = (name: string): KeyPairPaths => ({ certFile: join(pki, `${name}.crt`), keyFile: join(pki, `${name}.key`) });
  const containerd = join(dataDir, 'containerd');
  return {
    root: dataDir,
    pki,
    frontProxy: { ca: pair('front-proxy-ca'), client: pair('front-proxy-client') },
    kubeconfigs: join(dataDir, 'kubeconfig'),
    logs: join(dataDir, 'logs'),
    run,
    store: join(dataDir, 'apiserver'),
    containerd: {
      config: join(containerd, 'config.toml'),
      root: join(containerd, 'root'),
      state: join(run, 'containerd'),
      socket: join(run, 'containerd.sock'),
      opt: join(containerd, 'opt'),
    },
    cri: { socket: join(run, 'cri.sock'), state: join(run, 'cri-shim'), root: join(dataDir, 'cri-shim') },
    cgroups: join(run, 'cgroups'),
    cni: join(dataDir, 'cni', 'net.d'),
    ipam: join(dataDir, 'cni', 'ipam'),
    kubelet: join(dataDir, 'kubelet'),
    manifests: join(dataDir, 'manifests'),
    adminKubeconfig: join(dataDir, 'admin.kubeconfig'),
    stateFile: join(run, 'state.json'),
    beginningFile: join(run, 'beginning.json'),
  };
}

/** The kernel takes no longer path of a socket, in bytes. */
const MAX_SOCKET_PATH = 107;

/** Whether a cluster was started in the folder: what is not one must never be stopped or removed as one. */
export function holdsCluster({ pki, run }: Layout): boolean {
  return existsSync(pki) && existsSync(run);
}

/** What stands in the folder of a cluster: nothing else of it is ever removed. */
export const OWN_NAMES: readonly string[] = [
  'pki',
  'kubeconfig',
  'logs',
  'run',
  'apiserver',
  'containerd',
  'cri-shim',
  'cni',
  'kubelet',
  'manifests',
  'admin.kubeconfig',
];

/** Fails where the folder cannot be written into or holds other things than a cluster: they would be mixed with it, and some of them taken for it. */
export function checkFolder(layout: Layout): void {
  // containerd's second socket has the longest path.
  const surplus = Buffer.byteLength(`${layout.containerd.socket}.ttrpc`) - MAX_SOCKET_PATH;
  if (surplus > 0) throw new Error(`${layout.root} is too long for the sockets in it, by ${surplus} bytes: give another with --data-dir`);
  if (!existsSync(layout.root)) return;
  if (!statSync(layout.root).isDirectory()) throw new Error(`${layout.root} is no folder: give another with --data-dir`);
  try {
    accessSync(layout.root, constants.W_OK);
  } catch (error) {
    throw new Error(`${layout.root} cannot be written into: ${(error as Error).message}`, { cause: error });
  }
  if (holdsCluster(layout)) return;
  const names = readdirSync(layout.root);
  // A file system of its own may begin with that one.
  const first = names.find((name) => !OWN_NAMES.includes(name) && name !== 'lost+found');
  if (first !== undefined) throw new Error(`${layout.root} holds no cluster, but other things (${first}): give another folder with --data-dir`);
}
