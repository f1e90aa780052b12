import { ConfigError, type ConfigShape, type ConfigValue, loadConfigFile, parseConfig, parseGoDuration } from '@typekube/component-base';
import { EVICTION_FIELDS, type EvictionConfiguration, evictionOf } from './eviction';
import { LOG_FIELDS, type LogRules, logRulesOf } from './log-rules';

/** Fields that the kubelet acts on. */
const USED = {
  address: 'string',
  port: 'integer',
  authentication: {
    fields: {
      anonymous: { fields: { enabled: 'boolean' } },
      x509: { fields: { clientCAFile: 'string' } },
      webhook: { fields: { enabled: 'boolean', cacheTTL: 'duration' } },
    },
  },
  authorization: {
    fields: { mode: 'string', webhook: { fields: { cacheAuthorizedTTL: 'duration', cacheUnauthorizedTTL: 'duration' } } },
  },
  tlsCertFile: 'string',
  tlsPrivateKeyFile: 'string',
  clusterDNS: { list: 'string' },
  clusterDomain: 'string',
  resolvConf: 'string',
  maxPods: 'integer',
  podPidsLimit: 'integer',
  cgroupRoot: 'string',
  cgroupsPerQOS: 'boolean',
  registerNode: 'boolean',
  containerRuntimeEndpoint: 'string',
  podLogsDir: 'string',
  staticPodPath: 'string',
  staticPodURL: 'string',
  runtimeRequestTimeout: 'duration',
  fileCheckFrequency: 'duration',
  syncFrequency: 'duration',
  nodeStatusUpdateFrequency: 'duration',
  nodeStatusReportFrequency: 'duration',
  nodeLeaseDurationSeconds: 'integer',
  serializeImagePulls: 'boolean',
  systemReserved: { map: 'string' },
  kubeReserved: { map: 'string' },
  allowedUnsafeSysctls: { list: 'string' },
  ...EVICTION_FIELDS,
  ...LOG_FIELDS,
  crashLoopBackOff: { fields: { maxContainerRestartPeriod: 'duration' } },
} as const satisfies Readonly<Record<string, ConfigShape>>;

/** Fields of upstream's that a file may hold and that change nothing yet: they are named in a warning. */
const UNUSED = {
  cgroupDriver: 'string',
  cpuManagerPolicy: 'string',
  failSwapOn: 'boolean',
  featureGates: { map: 'boolean' },
  healthzBindAddress: 'string',
  healthzPort: 'integer',
  httpCheckFrequency: 'duration',
  logging: 'any',
  memorySwap: 'any',
  podCIDR: 'string',
  protectKernelDefaults: 'boolean',
  rotateCertificates: 'boolean',
  serverTLSBootstrap: 'boolean',
  shutdownGracePeriod: 'duration',
  shutdownGracePeriodCriticalPods: 'duration',
  streamingConnectionIdleTimeout: 'duration',
  topologyManagerPolicy: 'string',
} as const satisfies Readonly<Record<string, ConfigShape>>;

const KIND = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  fields: { ...USED, ...UNUSED },
} as const;

type RawConfiguration = ConfigValue<{ readonly fields: typeof KIND.fields }>;

/** Who may ask the kubelet: everybody whom it knows, or whom the API server allows to. */
export const AUTHORIZATION_MODES = ['AlwaysAllow', 'Webhook'] as const;

export type AuthorizationMode = (typeof AUTHORIZATION_MODES)[number];

/** How the kubelet works, with upstream's names and defaults. Times are in milliseconds. */
export interface KubeletConfiguration {
  readonly address: string;
  readonly port: number;
  readonly authentication: {
    readonly anonymous: boolean;
    readonly webhook: boolean;
    readonly webhookCacheTtl: number;
  };
  readonly authorization: {
    readonly mode: AuthorizationMode;
    readonly webhookCacheAuthorizedTtl: number;
    readonly webhookCacheUnauthorizedTtl: number;
  };
  readonly clientCaFile: string;
  readonly tlsCertFile: string;
  readonly tlsPrivateKeyFile: string;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly resolvConf: string;
  readonly maxPods: number;
  readonly podPidsLimit: number;
  readonly cgroupRoot: string;
  readonly cgroupsPerQos: boolean;
  readonly registerNode: boolean;
  readonly containerRuntimeEndpoint: string;
  readonly podLogsDir: string;
  /** A folder of manifests of static pods, or one such file; empty for none. */
  readonly staticPodPath: string;
  readonly fileCheckFrequency: number;
  readonly syncFrequency: number;
  readonly nodeStatusUpdateFrequency: number;
  readonly nodeStatusReportFrequency: number;
  readonly nodeLeaseDurationSeconds: number;
  readonly runtimeRequestTimeout: number;
  readonly serializeImagePulls: boolean;
  readonly reserved: readonly Readonly<Record<string, string>>[];
  readonly eviction: EvictionConfiguration;
  readonly containerLogs: LogRules;
  readonly maxRestartBackoff: number;
  readonly allowedUnsafeSysctls: readonly string[];
  /** The fields of the file that have no effect yet. */
  readonly ignored: readonly string[];
}

/** Reads a KubeletConfiguration file. Throws a ConfigError as component-base's loadConfigFile. */
export async function loadConfiguration(path: string): Promise<KubeletConfiguration> {
  return complete(await loadConfigFile(path, KIND));
}

/** Reads the text of a KubeletConfiguration. */
export async function parseConfiguration(text: string): Promise<KubeletConfiguration> {
  return complete(await parseConfig(text, KIND));
}

/** The defaults alone. */
export function defaultConfiguration(): KubeletConfiguration {
  return complete({});
}

function complete(raw: RawConfiguration): KubeletConfiguration {
  if (raw.staticPodURL) throw new ConfigError('staticPodURL: not supported yet: static pods are read from staticPodPath alone');
  return {
    address: raw.address ?? '0.0.0.0',
    port: raw.port ?? 10250,
    authentication: authenticationOf(raw),
    authorization: authorizationOf(raw),
    clientCaFile: raw.authentication?.x509?.clientCAFile ?? '',
    tlsCertFile: raw.tlsCertFile ?? '',
    tlsPrivateKeyFile: raw.tlsPrivateKeyFile ?? '',
    clusterDns: raw.clusterDNS ?? [],
    clusterDomain: raw.clusterDomain ?? '',
    resolvConf: raw.resolvConf ?? '/etc/resolv.conf',
    maxPods: raw.maxPods ?? 110,
    podPidsLimit: raw.podPidsLimit ?? -1,
    cgroupRoot: raw.cgroupRoot || '/',
    cgroupsPerQos: raw.cgroupsPerQOS ?? true,
    registerNode: raw.registerNode ?? true,
    containerRuntimeEndpoint: raw.containerRuntimeEndpoint || 'unix:///run/typekube/cri.sock',
    podLogsDir: raw.podLogsDir ?? '',
    staticPodPath: raw.staticPodPath ?? '',
    fileCheckFrequency: milliseconds(raw.fileCheckFrequency, 20_000),
    syncFrequency: milliseconds(raw.syncFrequency, 60_000),
    nodeStatusUpdateFrequency: milliseconds(raw.nodeStatusUpdateFrequency, 10_000),
    nodeStatusReportFrequency: milliseconds(raw.nodeStatusReportFrequency, 5 * 60_000),
    nodeLeaseDurationSeconds: raw.nodeLeaseDurationSeconds ?? 40,
    runtimeRequestTimeout: milliseconds(raw.runtimeRequestTimeout, 2 * 60_000),
    serializeImagePulls: raw.serializeImagePulls ?? true,
    reserved: [raw.systemReserved ?? {}, raw.kubeReserved ?? {}],
    eviction: evictionOf(raw),
    containerLogs: logRulesOf(raw),
    maxRestartBackoff: milliseconds(raw.crashLoopBackOff?.maxContainerRestartPeriod, 5 * 60_000),
    allowedUnsafeSysctls: raw.allowedUnsafeSysctls ?? [],
    ignored: Object.keys(raw).filter((field) => field in UNUSED),
  };
}

function authenticationOf({ authentication }: RawConfiguration): KubeletConfiguration['authentication'] {
  const { anonymous, webhook } = authentication ?? {};
  return {
    anonymous: anonymous?.enabled ?? false,
    webhook: webhook?.enabled ?? true,
    webhookCacheTtl: milliseconds(webhook?.cacheTTL, 2 * 60_000),
  };
}

function authorizationOf({ authorization }: RawConfiguration): KubeletConfiguration['authorization'] {
  const { mode = 'Webhook', webhook } = authorization ?? {};
  const known = AUTHORIZATION_MODES.find((each) => each === mode);
  if (!known) throw new ConfigError(`authorization.mode: Unsupported value: "${mode}": supported values: "AlwaysAllow", "Webhook"`);
  return {
    mode: known,
    webhookCacheAuthorizedTtl: milliseconds(webhook?.cacheAuthorizedTTL, 5 * 60_000),
    webhookCacheUnauthorizedTtl: milliseconds(webhook?.cacheUnauthorizedTTL, 30_000),
  };
}

function milliseconds(text: string | undefined, otherwise: number): number {
  return text ? parseGoDuration(text) : otherwise;
}
