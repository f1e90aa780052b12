/** A blob by media type, digest and size: what the OCI image specification refers with. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly schemaVersion: number;
  readonly mediaType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface Index {
  readonly schemaVersion: number;
  readonly mediaType?: string;
  readonly manifests: readonly Descriptor[];
}

/** What an image says of the containers made of it. */
export interface ImageConfig {
  readonly architecture?: string;
  readonly os?: string;
  readonly config?: {
    readonly User?: string;
    readonly Env?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly WorkingDir?: string;
    readonly StopSignal?: string;
    readonly Volumes?: Readonly<Record<string, unknown>> | null;
  };
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
}

export const MEDIA = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

export function isIndex(mediaType: string): boolean {
  return mediaType === MEDIA.ociIndex || mediaType === MEDIA.dockerList;
}

export function isManifest(mediaType: string): boolean {
  return mediaType === MEDIA.ociManifest || mediaType === MEDIA.dockerManifest;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** The machine's architecture by Go's name. */
export const ARCHITECTURE = ARCHITECTURES[process.arch] ?? process.arch;

interface Machine {
  readonly architecture: string;
  /** Of 32-bit ARM: 5 to 7. */
  readonly armVersion: number;
}

const MACHINE: Machine = { architecture: ARCHITECTURE, armVersion: Number(Reflect.get(process.config.variables, 'arm_version') ?? 7) };

/** The variants of an architecture that a machine runs, the best first; the one that is meant by none is an empty text. */
function variants({ architecture, armVersion }: Machine): string[] {
  switch (architecture) {
    case 'amd64':
      return ['', 'v1'];
    case 'arm64':
      return ['', 'v8'];
    case 'arm':
      return [7, 6, 5].filter((version) => version <= armVersion).flatMap((version) => (version === 7 ? ['', 'v7'] : [`v${version}`]));
    default:
      return [''];
  }
}

/** The descriptor that fits this machine best; one without a platform fits where none does. */
export function choosePlatform(descriptors: readonly Descriptor[], machine = MACHINE): Descriptor | undefined {
  const runs = variants(machine);
  const fitting = descriptors.filter(({ platform }) => platform?.os === 'linux' && platform.architecture === machine.architecture);
  const best = runs.flatMap((variant) => fitting.find(({ platform }) => (platform?.variant ?? '') === variant) ?? []);
  return best[0] ?? descriptors.find(({ platform }) => platform === undefined);
}

/** As Go prints a platform: `linux/arm/v7`. */
export function platformText({ platform }: Descriptor): string {
  return platform ? [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/') : 'unknown';
}
