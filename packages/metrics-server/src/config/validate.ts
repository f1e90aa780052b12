import { parseLabelSelectorString, type Selector } from '@typekube/apimachinery';
import { ConfigError, formatGoDuration } from '@typekube/component-base';
import type { MetricsServerFlags } from './flags';

const LEAST_RESOLUTION = 10_000;
const ADDRESS_TYPES: readonly string[] = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];

/** Throws a ConfigError with all that is wrong about the flags; in upstream's words where it checks the same. */
export function validateFlags(flags: MetricsServerFlags): void {
  const problems = [...kubeletProblems(flags.kubelet), ...servingProblems(flags.serving)];
  const { metricResolution } = flags.server;
  if (metricResolution < LEAST_RESOLUTION) {
    problems.push(`metric-resolution should be a time duration at least 10s, but value ${formatGoDuration(metricResolution)} provided`);
  }
  if (problems.length) throw new ConfigError(problems.join('; '));
}

/** The nodes that are asked and told of. Throws a ConfigError. */
export function nodeSelectorOf({ nodeSelector }: MetricsServerFlags['kubelet']): Selector {
  try {
    return parseLabelSelectorString(nodeSelector);
  } catch (error) {
    throw new ConfigError(`--node-selector: Invalid value: ${JSON.stringify(nodeSelector)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function* kubeletProblems(kubelet: MetricsServerFlags['kubelet']): Generator<string> {
  const { kubeletCertificateAuthority, kubeletInsecureTls, kubeletClientKey, kubeletClientCertificate, kubeletRequestTimeout } = kubelet;
  if (kubeletCertificateAuthority && kubeletInsecureTls) yield 'cannot use both --kubelet-certificate-authority and --kubelet-insecure-tls';
  if (Boolean(kubeletClientKey) !== Boolean(kubeletClientCertificate)) yield 'need both --kubelet-client-key and --kubelet-client-certificate';
  if (kubeletRequestTimeout <= 0) yield 'kubelet-request-timeout should be positive';
  if (!isPort(kubelet.kubeletPort) || kubelet.kubeletPort === 0) yield `--kubelet-port: Invalid value: ${kubelet.kubeletPort}: must be between 1 and 65535`;
  for (const type of kubelet.kubeletPreferredAddressTypes) {
    if (!ADDRESS_TYPES.includes(type)) yield `--kubelet-preferred-address-types: Unsupported value: ${JSON.stringify(type)}: supported values: ${ADDRESS_TYPES.join(', ')}`;
  }
}

function* servingProblems({ securePort, tlsCertFile, tlsPrivateKeyFile }: MetricsServerFlags['serving']): Generator<string> {
  if (!isPort(securePort)) yield `--secure-port: Invalid value: ${securePort}: must be between 0 and 65535`;
  if (Boolean(tlsCertFile) !== Boolean(tlsPrivateKeyFile)) yield '--tls-cert-file and --tls-private-key-file must be specified together';
}

function isPort(port: number): boolean {
  return port >= 0 && port <= 65_535;
}
