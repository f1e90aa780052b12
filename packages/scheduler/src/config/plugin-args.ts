import { type ConfigShape, type ConfigValue, parseConfig } from '@typekube/component-base';
import type { ResourceWeight, ScoringStrategy, ShapePoint } from '../plugins/allocation-score';
import { DEFAULT_PLUGIN_ARGS, type PluginArgs } from '../plugins/plugin-args';
import { PluginConfigError } from './plugin-set';

/** One entry of a profile's pluginConfig. */
export interface PluginConfigEntry {
  readonly name?: string;
  readonly args?: unknown;
}

const resources = { list: { fields: { name: 'string', weight: 'integer' } } } as const;
const requirement = { fields: { key: 'string', operator: 'string', values: { list: 'string' } } } as const;
const nodeSelectorTerm = { fields: { matchExpressions: { list: requirement }, matchFields: { list: requirement } } } as const;
const labelSelector = { fields: { matchLabels: { map: 'string' }, matchExpressions: { list: requirement } } } as const;

const SHAPES = {
  NodeResourcesFit: {
    ignoredResources: { list: 'string' },
    ignoredResourceGroups: { list: 'string' },
    scoringStrategy: {
      fields: {
        type: 'string',
        resources,
        requestedToCapacityRatio: { fields: { shape: { list: { fields: { utilization: 'integer', score: 'integer' } } } } },
      },
    },
  },
  NodeResourcesBalancedAllocation: { resources },
  NodeAffinity: {
    addedAffinity: {
      fields: {
        requiredDuringSchedulingIgnoredDuringExecution: { fields: { nodeSelectorTerms: { list: nodeSelectorTerm } } },
        preferredDuringSchedulingIgnoredDuringExecution: {
          list: { fields: { weight: 'integer', preference: nodeSelectorTerm } },
        },
      },
    },
  },
  VolumeBinding: { bindTimeoutSeconds: 'integer' },
  DefaultPreemption: { minCandidateNodesPercentage: 'integer', minCandidateNodesAbsolute: 'integer' },
  InterPodAffinity: { hardPodAffinityWeight: 'integer', ignorePreferredTermsOfExistingPods: 'boolean' },
  PodTopologySpread: {
    defaultingType: 'string',
    defaultConstraints: {
      list: {
        fields: { maxSkew: 'integer', topologyKey: 'string', whenUnsatisfiable: 'string', minDomains: 'integer', labelSelector },
      },
    },
  },
} as const satisfies Record<keyof PluginArgs, Readonly<Record<string, ConfigShape>>>;

type Raw<N extends keyof PluginArgs> = ConfigValue<{ readonly fields: (typeof SHAPES)[N] }>;

/** Reads a profile's pluginConfig strictly, with upstream's defaults. Throws a ConfigError or a PluginConfigError. */
export async function readPluginArgs(entries: readonly PluginConfigEntry[]): Promise<PluginArgs> {
  const seen = new Set<string>();
  for (const { name = '' } of entries) {
    if (seen.has(name)) throw new PluginConfigError(`repeated config for plugin ${name}`);
    if (!Object.hasOwn(SHAPES, name)) throw new PluginConfigError(`plugin ${name} takes no arguments here`);
    seen.add(name);
  }
  const argsOf = <N extends keyof PluginArgs>(name: N): Promise<Raw<N>> =>
    readArgs(name, entries.find((entry) => entry.name === name)?.args);
  const [fit, balanced, affinity, interPod, spread, preemption, volumes] = await Promise.all([
    argsOf('NodeResourcesFit'),
    argsOf('NodeResourcesBalancedAllocation'),
    argsOf('NodeAffinity'),
    argsOf('InterPodAffinity'),
    argsOf('PodTopologySpread'),
    argsOf('DefaultPreemption'),
    argsOf('VolumeBinding'),
  ]);
  return {
    NodeResourcesFit: fitArgs(fit),
    NodeResourcesBalancedAllocation: balanced.resources
      ? { resources: weights(balanced.resources) }
      : DEFAULT_PLUGIN_ARGS.NodeResourcesBalancedAllocation,
    NodeAffinity: affinityArgs(affinity),
    InterPodAffinity: interPodArgs(interPod),
    PodTopologySpread: spreadArgs(spread),
    DefaultPreemption: preemptionArgs(preemption),
    VolumeBinding: volumeArgs(volumes),
  };
}

/** Arguments may leave out their kind: it follows from the plugin's name. */
async function readArgs<N extends keyof PluginArgs>(name: N, args: unknown): Promise<Raw<N>> {
  const kind = { apiVersion: 'kubescheduler.config.k8s.io/v1', kind: `${name}Args` };
  const content = typeof args === 'object' && args !== null ? args : {};
  return parseConfig(JSON.stringify({ ...kind, ...content }), { ...kind, fields: SHAPES[name] });
}

function fitArgs(raw: Raw<'NodeResourcesFit'>): PluginArgs['NodeResourcesFit'] {
  const { ignoredResources = [], ignoredResourceGroups = [], scoringStrategy } = raw;
  return {
    ignoredResources,
    ignoredResourceGroups,
    scoringStrategy: scoringStrategy ? strategy(scoringStrategy) : DEFAULT_PLUGIN_ARGS.NodeResourcesFit.scoringStrategy,
  };
}

function strategy(raw: NonNullable<Raw<'NodeResourcesFit'>['scoringStrategy']>): ScoringStrategy {
  const chosen = raw.resources?.length ? weights(raw.resources) : DEFAULT_PLUGIN_ARGS.NodeResourcesFit.scoringStrategy.resources;
  switch (raw.type) {
    case 'LeastAllocated':
    case 'MostAllocated':
      return { type: raw.type, resources: chosen };
    case 'RequestedToCapacityRatio':
      return { type: raw.type, resources: chosen, shape: shapeOf(raw.requestedToCapacityRatio?.shape ?? []) };
    default:
      throw new PluginConfigError(
        `scoringStrategy.type: Unsupported value: "${raw.type ?? ''}": supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"`,
      );
  }
}

function shapeOf(points: readonly Partial<ShapePoint>[]): ShapePoint[] {
  if (!points.length) throw new PluginConfigError('shape: Required value: at least one point must be specified');
  const shape = points.map(({ utilization = 0, score = 0 }) => ({ utilization, score }));
  shape.forEach(({ utilization, score }, i) => {
    const before = shape[i - 1];
    if (utilization < 0 || utilization > 100)
      throw new PluginConfigError(`shape[${i}].utilization: Invalid value: ${utilization}: not in valid range [0-100]`);
    if (score < 0 || score > 10)
      throw new PluginConfigError(`shape[${i}].score: Invalid value: ${score}: not in valid range [0-10]`);
    if (before && utilization <= before.utilization) {
      throw new PluginConfigError(
        `shape[${i}].utilization: Invalid value: ${utilization}: utilization values must be sorted in increasing order`,
      );
    }
  });
  return shape;
}

function weights(raw: readonly Partial<ResourceWeight>[]): ResourceWeight[] {
  return raw.map(({ name = '', weight = 1 }, i) => {
    if (weight < 1 || weight > 100)
      throw new PluginConfigError(
        `resources[${i}].weight: Invalid value: ${weight}: resource weight of ${name} not in valid range [1-100]`,
      );
    return { name, weight };
  });
}

function affinityArgs({ addedAffinity }: Raw<'NodeAffinity'>): PluginArgs['NodeAffinity'] {
  if (!addedAffinity) return {};
  type Terms = NonNullable<NonNullable<typeof addedAffinity.requiredDuringSchedulingIgnoredDuringExecution>['nodeSelectorTerms']>;
  const required = addedAffinity.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const requirements = (
    list: Terms[number]['matchExpressions'] = [],
  ): { key: string; operator: string; values: readonly string[] }[] =>
    list.map(({ key = '', operator = '', values = [] }) => ({ key, operator, values }));
  const term = ({
    matchExpressions,
    matchFields,
  }: Terms[number]): { matchExpressions: ReturnType<typeof requirements>; matchFields: ReturnType<typeof requirements> } => ({
    matchExpressions: requirements(matchExpressions),
    matchFields: requirements(matchFields),
  });
  const preferred = addedAffinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return {
    addedAffinity: {
      ...(required && { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: required.map(term) } }),
      preferredDuringSchedulingIgnoredDuringExecution: preferred.map(({ weight = 0, preference = {} }) => ({
        weight,
        preference: term(preference),
      })),
    },
  };
}

function interPodArgs(raw: Raw<'InterPodAffinity'>): PluginArgs['InterPodAffinity'] {
  const { hardPodAffinityWeight = 1, ignorePreferredTermsOfExistingPods = false } = raw;
  if (hardPodAffinityWeight < 0 || hardPodAffinityWeight > 100) {
    throw new PluginConfigError(`hardPodAffinityWeight: Invalid value: ${hardPodAffinityWeight}: not in valid range [0-100]`);
  }
  return { hardPodAffinityWeight, ignorePreferredTermsOfExistingPods };
}

function spreadArgs({
  defaultingType = 'System',
  defaultConstraints = [],
}: Raw<'PodTopologySpread'>): PluginArgs['PodTopologySpread'] {
  if (defaultingType !== 'System' && defaultingType !== 'List') {
    throw new PluginConfigError(`defaultingType: Unsupported value: "${defaultingType}": supported values: "List", "System"`);
  }
  if (defaultingType === 'System' && defaultConstraints.length) {
    throw new PluginConfigError('defaultingType: Invalid value: "System": when .defaultConstraints are not empty');
  }
  return {
    defaultingType,
    defaultConstraints: defaultConstraints.map(
      ({ maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains, labelSelector: selector }, i) => {
        if (maxSkew <= 0)
          throw new PluginConfigError(`defaultConstraints[${i}].maxSkew: Invalid value: ${maxSkew}: not in valid range (0, inf)`);
        if (selector)
          throw new PluginConfigError(
            `defaultConstraints[${i}].labelSelector: Forbidden: constraint must not define a selector, as they deduced for each pod`,
          );
        return { maxSkew, topologyKey, whenUnsatisfiable, ...(minDomains !== undefined && { minDomains }) };
      },
    ),
  };
}

function preemptionArgs(raw: Raw<'DefaultPreemption'>): PluginArgs['DefaultPreemption'] {
  const { minCandidateNodesPercentage: percentage = 10, minCandidateNodesAbsolute: absolute = 100 } = raw;
  if (percentage < 0 || percentage > 100) {
    throw new PluginConfigError(`minCandidateNodesPercentage: Invalid value: ${percentage}: not in valid range [0, 100]`);
  }
  if (absolute < 0)
    throw new PluginConfigError(`minCandidateNodesAbsolute: Invalid value: ${absolute}: not in valid range [0, inf)`);
  if (percentage === 0 && absolute === 0) {
    throw new PluginConfigError('cannot have both minCandidateNodesPercentage and minCandidateNodesAbsolute as zero');
  }
  return { minCandidateNodesPercentage: percentage, minCandidateNodesAbsolute: absolute };
}

function volumeArgs({ bindTimeoutSeconds = 600 }: Raw<'VolumeBinding'>): PluginArgs['VolumeBinding'] {
  if (bindTimeoutSeconds < 0) {
    throw new PluginConfigError(
      `bindTimeoutSeconds: Invalid value: ${bindTimeoutSeconds}: invalid BindTimeoutSeconds, should not be a negative value`,
    );
  }
  return { bindTimeoutSeconds };
}
