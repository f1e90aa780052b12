import {
  ConfigError,
  type ConfigShape,
  type ConfigValue,
  loadConfigFile,
  parseConfig,
  parseGoDuration,
} from '@typekube/component-base';
import { parseHostPort } from '../health/http-server';
import { cidrsOfFamily, familyOfIp, joinHostPort } from '../model/ip-family';
import { PRIMARY } from '../node/node-port-addresses';
import type { LocalMode } from '../node/pod-traffic';

const backend = {
  fields: {
    masqueradeBit: 'integer',
    masqueradeAll: 'boolean',
    localhostNodePorts: 'boolean',
    syncPeriod: 'duration',
    minSyncPeriod: 'duration',
  },
} as const;

const FIELDS = {
  featureGates: { map: 'boolean' },
  clientConnection: {
    fields: { kubeconfig: 'string', acceptContentTypes: 'string', contentType: 'string', qps: 'number', burst: 'integer' },
  },
  logging: 'any',
  hostnameOverride: 'string',
  bindAddress: 'string',
  healthzBindAddress: 'string',
  metricsBindAddress: 'string',
  bindAddressHardFail: 'boolean',
  enableProfiling: 'boolean',
  showHiddenMetricsForVersion: 'string',
  mode: 'string',
  iptables: backend,
  ipvs: 'any',
  nftables: backend,
  winkernel: 'any',
  detectLocalMode: 'string',
  detectLocal: { fields: { bridgeInterface: 'string', interfaceNamePrefix: 'string' } },
  clusterCIDR: 'string',
  nodePortAddresses: { list: 'string' },
  oomScoreAdj: 'integer',
  conntrack: 'any',
  configSyncPeriod: 'duration',
  portRange: 'string',
  windowsRunAsService: 'boolean',
} as const satisfies Readonly<Record<string, ConfigShape>>;

const KIND = { apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration', fields: FIELDS };

/** What a config file or the flags may say; all of it may be left out. */
export type RawConfiguration = ConfigValue<{ readonly fields: typeof FIELDS }>;

/** A KubeProxyConfiguration with defaults, checked. Times in milliseconds. */
export interface ProxyConfiguration {
  readonly kubeconfig: string;
  /** Absent: requests are not limited here; the server's flow control does that. */
  readonly rateLimit: { readonly qps: number; readonly burst: number } | undefined;
  /** Empty: the machine's name. */
  readonly hostnameOverride: string;
  readonly bindAddress: string;
  /** Empty: not served. */
  readonly healthzBindAddress: string;
  readonly metricsBindAddress: string;
  readonly bindAddressHardFail: boolean;
  readonly masqueradeAll: boolean;
  readonly masqueradeBit: number;
  readonly syncPeriod: number;
  readonly minSyncPeriod: number;
  readonly localMode: LocalMode;
  readonly nodePortAddresses: readonly string[];
  /** What was asked for that this proxy does not do: to be logged. */
  readonly warnings: readonly string[];
}

/** The configuration of a file. Rejects with a ConfigError, or the system's error. */
export async function loadConfiguration(path: string): Promise<ProxyConfiguration> {
  return completeConfiguration(await loadConfigFile(path, KIND));
}

/** The configuration of a text, in YAML or JSON. */
export async function parseConfiguration(text: string): Promise<ProxyConfiguration> {
  return completeConfiguration(await parseConfig(text, KIND));
}

/** Fills in upstream's defaults and checks. Throws a ConfigError. */
export function completeConfiguration(raw: RawConfiguration): ProxyConfiguration {
  checkMode(raw.mode ?? '');
  const { clientConnection: connection = {}, nftables = {} } = raw;
  const configuration = {
    kubeconfig: connection.kubeconfig ?? '',
    rateLimit:
      connection.qps && connection.qps > 0 ? { qps: connection.qps, burst: connection.burst || 2 * connection.qps } : undefined,
    hostnameOverride: raw.hostnameOverride ?? '',
    bindAddress: raw.bindAddress || '0.0.0.0',
    healthzBindAddress: withPort(raw.healthzBindAddress || '0.0.0.0:10256', 10_256),
    metricsBindAddress: withPort(raw.metricsBindAddress || '127.0.0.1:10249', 10_249),
    bindAddressHardFail: raw.bindAddressHardFail ?? false,
    masqueradeAll: nftables.masqueradeAll ?? false,
    masqueradeBit: nftables.masqueradeBit ?? 14,
    syncPeriod: period(nftables.syncPeriod, '30s'),
    minSyncPeriod: period(nftables.minSyncPeriod, '1s'),
    localMode: localModeOf(raw),
    nodePortAddresses: raw.nodePortAddresses?.length ? raw.nodePortAddresses : [PRIMARY],
    warnings: warningsOf(raw),
  };
  check(configuration);
  return configuration;
}

/** The nftables mode is the default here, as the other ones are not there. */
function checkMode(mode: string): void {
  if (mode === '' || mode === 'nftables') return;
  if (mode === 'iptables' || mode === 'ipvs') {
    throw new ConfigError(`mode: Invalid value: "${mode}": this kube-proxy supports the mode "nftables" only`);
  }
  throw new ConfigError(
    `mode: Invalid value: "${mode}": must be iptables, ipvs, nftables or blank (blank means the best-available proxy [currently nftables])`,
  );
}

/** Zero is the default too, as in upstream's conversion of v1alpha1. */
function period(text: string | undefined, byDefault: string): number {
  return parseGoDuration(text || byDefault) || parseGoDuration(byDefault);
}

/** An address alone gets the default port. */
function withPort(text: string, port: number): string {
  return familyOfIp(text) ? joinHostPort(text, port) : text;
}

function localModeOf(raw: RawConfiguration): LocalMode {
  const { detectLocalMode: mode = '', detectLocal = {} } = raw;
  switch (mode) {
    case '':
    case 'ClusterCIDR':
      return { by: 'ClusterCIDR', cidrs: clusterCidrs(raw.clusterCIDR ?? '') };
    case 'NodeCIDR':
      return { by: 'NodeCIDR' };
    case 'BridgeInterface':
      return { by: 'BridgeInterface', name: interfaceName('bridgeInterface', detectLocal.bridgeInterface) };
    case 'InterfaceNamePrefix':
      return { by: 'InterfaceNamePrefix', prefix: interfaceName('interfaceNamePrefix', detectLocal.interfaceNamePrefix) };
    default:
      throw new ConfigError(
        `detectLocalMode: Unsupported value: "${mode}": supported values: "BridgeInterface", "ClusterCIDR", "InterfaceNamePrefix", "NodeCIDR", ""`,
      );
  }
}

function clusterCidrs(text: string): string[] {
  const cidrs = text === '' ? [] : text.split(',').map((cidr) => cidr.trim());
  const v4 = cidrsOfFamily(cidrs, 'IPv4').length;
  const v6 = cidrsOfFamily(cidrs, 'IPv6').length;
  if (v4 + v6 === cidrs.length && v4 <= 1 && v6 <= 1) return cidrs;
  throw new ConfigError(
    `clusterCIDR: Invalid value: "${text}": must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)`,
  );
}

/** It becomes part of a rule: what could not be an interface's name is refused. */
function interfaceName(field: string, name = ''): string {
  if (/^[^\s/"'*:{};]{1,15}$/.test(name)) return name;
  if (name === '') throw new ConfigError(`detectLocal.${field}: Required value: cannot be empty`);
  throw new ConfigError(`detectLocal.${field}: Invalid value: "${name}": must be the name of a network interface`);
}

function check({
  masqueradeBit,
  syncPeriod,
  minSyncPeriod,
  nodePortAddresses,
  healthzBindAddress,
  metricsBindAddress,
}: Omit<ProxyConfiguration, 'warnings'>): void {
  if (masqueradeBit < 0 || masqueradeBit > 31) {
    throw new ConfigError(`nftables.masqueradeBit: Invalid value: ${masqueradeBit}: must be within the range [0, 31]`);
  }
  if (minSyncPeriod > syncPeriod) {
    throw new ConfigError('nftables.syncPeriod: Invalid value: must be greater than or equal to nftables.minSyncPeriod');
  }
  nodePortAddresses.forEach((text, i) => {
    const isCidr = cidrsOfFamily([text], 'IPv4').length + cidrsOfFamily([text], 'IPv6').length === 1;
    if (isCidr || (text === PRIMARY && nodePortAddresses.length === 1)) return;
    throw new ConfigError(`nodePortAddresses[${i}]: Invalid value: "${text}": must be a valid CIDR`);
  });
  for (const [field, text] of Object.entries({ healthzBindAddress, metricsBindAddress })) {
    if (text !== '' && !parseHostPort(text)) throw new ConfigError(`${field}: Invalid value: "${text}": must be IP:port`);
  }
}

/** Nodes share their kernel with others: limits of conntrack are the administrator's to set. */
function warningsOf({ conntrack, oomScoreAdj }: RawConfiguration): string[] {
  const isSet = typeof conntrack === 'object' && conntrack !== null && Object.values(conntrack).some((value) => value !== null);
  return [
    ...(isSet ? ['conntrack: this kube-proxy does not set limits of the connection tracking'] : []),
    ...(oomScoreAdj === undefined || oomScoreAdj === null ? [] : ['oomScoreAdj: this kube-proxy does not set its oom_score_adj']),
  ];
}
