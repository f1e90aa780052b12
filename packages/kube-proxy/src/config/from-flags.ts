import { formatGoDuration } from '@typekube/component-base';
import { completeConfiguration, loadConfiguration, type ProxyConfiguration, type RawConfiguration } from './configuration';
import type { ProxyFlags } from './flags';

/** The configuration of the config file, else that of the flags. */
export async function configurationFromFlags(flags: ProxyFlags): Promise<ProxyConfiguration> {
  const { config, hostnameOverride } = flags.misc;
  if (!config) return configurationOfFlags(flags);
  const configuration = await loadConfiguration(config);
  return hostnameOverride ? { ...configuration, hostnameOverride } : configuration;
}

/** An empty address is the default one in a file, but none at all as a flag. */
function configurationOfFlags(flags: ProxyFlags): ProxyConfiguration {
  const { healthzBindAddress, metricsBindAddress } = flags.serving;
  return {
    ...completeConfiguration(rawConfiguration(flags)),
    ...(healthzBindAddress === '' && { healthzBindAddress }),
    ...(metricsBindAddress === '' && { metricsBindAddress }),
  };
}

function rawConfiguration({ misc, proxying, serving }: ProxyFlags): RawConfiguration {
  return {
    mode: proxying.proxyMode,
    clientConnection: { kubeconfig: misc.kubeconfig ?? '', qps: misc.kubeApiQps, burst: misc.kubeApiBurst },
    hostnameOverride: misc.hostnameOverride,
    ...serving,
    nftables: {
      masqueradeAll: proxying.masqueradeAll,
      syncPeriod: formatGoDuration(proxying.nftablesSyncPeriod),
      minSyncPeriod: formatGoDuration(proxying.nftablesMinSyncPeriod),
    },
    clusterCIDR: proxying.clusterCidr,
    detectLocalMode: proxying.detectLocalMode,
    detectLocal: { bridgeInterface: proxying.podBridgeInterface, interfaceNamePrefix: proxying.podInterfaceNamePrefix },
    nodePortAddresses: proxying.nodeportAddresses,
  };
}
