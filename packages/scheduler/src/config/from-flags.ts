import {
  defaultConfiguration,
  type LeaderElectionConfiguration,
  loadConfiguration,
  type SchedulerConfiguration,
} from './configuration';
import type { SchedulerFlags } from './flags';

/**
 * The configuration that flags and config file make together: leader election flags win over the file, its kubeconfig over the
 * flag.
 */
export async function configurationFromFlags({ misc, leaderElection }: SchedulerFlags): Promise<SchedulerConfiguration> {
  const configuration = misc.config ? await loadConfiguration(misc.config) : defaultConfiguration();
  const { kubeconfig, leaderElection: fromFile } = configuration;
  return {
    ...configuration,
    kubeconfig: kubeconfig || (misc.kubeconfig ?? ''),
    leaderElection: withFlags(fromFile, leaderElection),
  };
}

function withFlags(file: LeaderElectionConfiguration, flags: SchedulerFlags['leaderElection']): LeaderElectionConfiguration {
  return {
    leaderElect: flags.leaderElect ?? file.leaderElect,
    leaseDuration: flags.leaderElectLeaseDuration ?? file.leaseDuration,
    renewDeadline: flags.leaderElectRenewDeadline ?? file.renewDeadline,
    retryPeriod: flags.leaderElectRetryPeriod ?? file.retryPeriod,
    resourceName: flags.leaderElectResourceName ?? file.resourceName,
    resourceNamespace: flags.leaderElectResourceNamespace ?? file.resourceNamespace,
  };
}
