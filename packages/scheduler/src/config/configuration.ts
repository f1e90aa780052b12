import { type ConfigShape, type ConfigValue, loadConfigFile, parseConfig, parseGoDuration } from '@typekube/component-base';
import { EXTENSION_POINTS } from '../framework/plugin';
import { DEFAULT_PLUGIN_ARGS, type PluginArgs } from '../plugins/plugin-args';
import { readPluginArgs } from './plugin-args';
import { PluginConfigError, type PluginSet, type ProfilePlugins } from './plugin-set';

const named = { list: { fields: { name: 'string', weight: 'integer' } } } as const;
const pluginSet = { fields: { enabled: named, disabled: named } } as const;

const FIELDS = {
  parallelism: 'integer',
  leaderElection: {
    fields: {
      leaderElect: 'boolean',
      leaseDuration: 'duration',
      renewDeadline: 'duration',
      retryPeriod: 'duration',
      resourceLock: 'string',
      resourceName: 'string',
      resourceNamespace: 'string',
    },
  },
  clientConnection: {
    fields: { kubeconfig: 'string', acceptContentTypes: 'string', contentType: 'string', qps: 'number', burst: 'integer' },
  },
  enableProfiling: 'boolean',
  enableContentionProfiling: 'boolean',
  percentageOfNodesToScore: 'integer',
  podInitialBackoffSeconds: 'integer',
  podMaxBackoffSeconds: 'integer',
  profiles: {
    list: {
      fields: {
        schedulerName: 'string',
        percentageOfNodesToScore: 'integer',
        plugins: {
          fields: {
            multiPoint: pluginSet,
            preEnqueue: pluginSet,
            queueSort: pluginSet,
            preFilter: pluginSet,
            filter: pluginSet,
            postFilter: pluginSet,
            preScore: pluginSet,
            score: pluginSet,
            reserve: pluginSet,
            permit: pluginSet,
            preBind: pluginSet,
            bind: pluginSet,
            postBind: pluginSet,
          },
        },
        pluginConfig: { list: { fields: { name: 'string', args: 'any' } } },
      },
    },
  },
  extenders: { list: 'any' },
  delayCacheUntilActive: 'boolean',
} as const satisfies Readonly<Record<string, ConfigShape>>;

const KIND = { apiVersion: 'kubescheduler.config.k8s.io/v1', kind: 'KubeSchedulerConfiguration', fields: FIELDS };

type RawConfiguration = ConfigValue<{ readonly fields: typeof FIELDS }>;
type RawProfile = NonNullable<RawConfiguration['profiles']>[number];

/** One scheduler by its name, as pods choose it in spec.schedulerName. */
export interface Profile {
  readonly schedulerName: string;
  readonly percentageOfNodesToScore: number | undefined;
  readonly plugins: ProfilePlugins;
  readonly args: PluginArgs;
}

export interface LeaderElectionConfiguration {
  readonly leaderElect: boolean;
  /** All in milliseconds. */
  readonly leaseDuration: number;
  readonly renewDeadline: number;
  readonly retryPeriod: number;
  readonly resourceName: string;
  readonly resourceNamespace: string;
}

/** A KubeSchedulerConfiguration with upstream's defaults. */
export interface SchedulerConfiguration {
  readonly leaderElection: LeaderElectionConfiguration;
  readonly kubeconfig: string;
  /** Absent: requests are not limited here; the server's flow control does that. */
  readonly rateLimit: { readonly qps: number; readonly burst: number } | undefined;
  readonly percentageOfNodesToScore: number;
  readonly podInitialBackoffSeconds: number;
  readonly podMaxBackoffSeconds: number;
  readonly profiles: readonly Profile[];
}

/** The configuration of a file. Throws a ConfigError or PluginConfigError, or the system's error. */
export async function loadConfiguration(path: string): Promise<SchedulerConfiguration> {
  return complete(await loadConfigFile(path, KIND));
}

/** The configuration of a text, in YAML or JSON. */
export async function parseConfiguration(text: string): Promise<SchedulerConfiguration> {
  return complete(await parseConfig(text, KIND));
}

/** The configuration without a file: one profile, `default-scheduler`. */
export function defaultConfiguration(): SchedulerConfiguration {
  return {
    ...withDefaults({}),
    profiles: [
      { schedulerName: 'default-scheduler', percentageOfNodesToScore: undefined, plugins: {}, args: DEFAULT_PLUGIN_ARGS },
    ],
  };
}

async function complete(raw: RawConfiguration): Promise<SchedulerConfiguration> {
  if (raw.extenders?.length) throw new PluginConfigError('extenders: Forbidden: scheduler extenders are not supported');
  const lock = raw.leaderElection?.resourceLock ?? 'leases';
  if (lock !== 'leases') throw new PluginConfigError(`leaderElection.resourceLock: Invalid value: "${lock}": must be "leases"`);
  const profiles = await Promise.all(
    (raw.profiles?.length ? raw.profiles : [{}]).map((profile, i) => completeProfile(profile, i, raw.profiles?.length ?? 1)),
  );
  const configuration = { ...withDefaults(raw), profiles };
  checkConfiguration(configuration);
  return configuration;
}

function withDefaults(raw: RawConfiguration): Omit<SchedulerConfiguration, 'profiles'> {
  const { leaderElection: election = {}, clientConnection: connection = {} } = raw;
  return {
    leaderElection: {
      leaderElect: election.leaderElect ?? true,
      leaseDuration: parseGoDuration(election.leaseDuration ?? '15s'),
      renewDeadline: parseGoDuration(election.renewDeadline ?? '10s'),
      retryPeriod: parseGoDuration(election.retryPeriod ?? '2s'),
      resourceName: election.resourceName ?? 'kube-scheduler',
      resourceNamespace: election.resourceNamespace ?? 'kube-system',
    },
    kubeconfig: connection.kubeconfig ?? '',
    rateLimit:
      connection.qps && connection.qps > 0 ? { qps: connection.qps, burst: connection.burst || 2 * connection.qps } : undefined,
    percentageOfNodesToScore: raw.percentageOfNodesToScore ?? 0,
    podInitialBackoffSeconds: raw.podInitialBackoffSeconds ?? 1,
    podMaxBackoffSeconds: raw.podMaxBackoffSeconds ?? 10,
  };
}

async function completeProfile(raw: RawProfile, i: number, count: number): Promise<Profile> {
  if (!raw.schedulerName && count > 1) throw new PluginConfigError(`profiles[${i}].schedulerName: Required value`);
  return {
    schedulerName: raw.schedulerName || 'default-scheduler',
    percentageOfNodesToScore: raw.percentageOfNodesToScore,
    plugins: pluginsOf(raw.plugins ?? {}),
    args: await readPluginArgs(raw.pluginConfig ?? []),
  };
}

function pluginsOf(raw: NonNullable<RawProfile['plugins']>): ProfilePlugins {
  const points = [...EXTENSION_POINTS, 'multiPoint'] as const;
  const sets = points.flatMap((point) => {
    const set = raw[point];
    return set ? [[point, { enabled: namedOf(set.enabled), disabled: namedOf(set.disabled) }] as const] : [];
  });
  return Object.fromEntries(sets);
}

function namedOf(raw: readonly { readonly name?: string; readonly weight?: number }[] = []): NonNullable<PluginSet['enabled']> {
  return raw.map(({ name = '', weight }) => ({ name, ...(weight !== undefined && { weight }) }));
}

function checkConfiguration({
  profiles,
  percentageOfNodesToScore,
  podInitialBackoffSeconds,
  podMaxBackoffSeconds,
}: SchedulerConfiguration): void {
  const names = profiles.map(({ schedulerName }) => schedulerName);
  const repeated = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (repeated >= 0) throw new PluginConfigError(`profiles[${repeated}].schedulerName: Duplicate value: "${names[repeated]}"`);
  const percentages = [percentageOfNodesToScore, ...profiles.map((profile) => profile.percentageOfNodesToScore ?? 0)];
  const wrong = percentages.find((percentage) => percentage < 0 || percentage > 100);
  if (wrong !== undefined)
    throw new PluginConfigError(`percentageOfNodesToScore: Invalid value: ${wrong}: not in valid range [0-100]`);
  if (podInitialBackoffSeconds <= 0)
    throw new PluginConfigError(`podInitialBackoffSeconds: Invalid value: ${podInitialBackoffSeconds}: must be greater than 0`);
  if (podMaxBackoffSeconds < podInitialBackoffSeconds) {
    throw new PluginConfigError(
      `podMaxBackoffSeconds: Invalid value: ${podMaxBackoffSeconds}: must be greater than or equal to PodInitialBackoffSeconds`,
    );
  }
}
