import { listFlag, loggingSection, type Options, type Program, section, stringFlag } from '@typekube/component-base';

const containerd = section('containerd', {
  containerd: stringFlag({ default: '/run/containerd/containerd.sock', help: "containerd's socket." }),
  containerdNamespace: stringFlag({ default: 'k8s.io', help: "containerd's own namespace for images and containers." }),
  containerdRoot: stringFlag({ default: '/var/lib/containerd', help: "containerd's root folder: its file system is what ImageFsInfo shows." }),
});

const runtime = section('Runtime', {
  listen: stringFlag({ default: 'unix:///run/typekube/cri.sock', help: 'The Unix socket to serve CRI on.' }),
  stateDir: stringFlag({ default: '/run/typekube/cri-shim', help: 'The folder of namespaces and FIFOs. It should not outlive a reboot.' }),
  ociRuntime: stringFlag({ default: 'runc', help: "What makes new containers: runc or crun, by a path or by a name that containerd finds in its PATH." }),
  rootDir: stringFlag({ default: '/var/lib/typekube/cri-shim', help: 'The folder of the records of sandboxes and containers.' }),
});

const network = section('Network', {
  cniConfDir: stringFlag({ default: '/etc/cni/net.d', help: 'The folder of CNI network configurations: the first by name is used.' }),
  cniBinDir: listFlag({ default: ['/opt/cni/bin', '/usr/lib/cni'], help: 'The folders of CNI plugins, comma separated.' }),
});

const streaming = section('Streaming', {
  streamAddress: stringFlag({ default: '127.0.0.1:0', help: 'The address and port of the streaming server for exec, attach and port-forward. Port 0 takes a free one.' }),
});

const sections = { runtime, containerd, network, streaming, logs: loggingSection };

/** The command line of cri-shim. */
export const program: Program<typeof sections> = {
  name: 'cri-shim',
  description: "Serves the Container Runtime Interface v1 on containerd's own services: sandboxes, containers, images, logs and streams.",
  sections,
};

export type ShimOptions = Options<typeof sections>;

const importSections = { containerd };

/** The command line of `cri-shim image import FILE`. */
export const importProgram: Program<typeof importSections> = {
  name: 'cri-shim image import FILE',
  description: 'Puts the images of an archive (docker save or OCI layout, gzipped or not) into containerd, and prints their names.',
  sections: importSections,
};
