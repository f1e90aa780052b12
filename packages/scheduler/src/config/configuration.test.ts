import { DEFAULT_PLUGIN_ARGS } from '../plugins/plugin-args';
import { DEFAULT_PLUGINS } from '../plugins/registry';
import { snapshotOf } from '../cache/snapshot';
import { EXTENSION_POINTS } from '../framework/plugin';
import { testFramework } from '../testing';
import { defaultConfiguration, parseConfiguration } from './configuration';
import type { ProfilePlugins } from './plugin-set';

const HEAD = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';

it("has upstream's defaults", async () => {
  const expected = {
    leaderElection: {
      leaderElect: true,
      leaseDuration: 15_000,
      renewDeadline: 10_000,
      retryPeriod: 2000,
      resourceName: 'kube-scheduler',
      resourceNamespace: 'kube-system',
    },
    percentageOfNodesToScore: 0,
    podInitialBackoffSeconds: 1,
    podMaxBackoffSeconds: 10,
  };
  expect(await parseConfiguration(HEAD)).toMatchObject(expected);
  expect(defaultConfiguration()).toEqual(await parseConfiguration(HEAD));
  expect(defaultConfiguration().profiles).toEqual([
    { schedulerName: 'default-scheduler', percentageOfNodesToScore: undefined, plugins: {}, args: DEFAULT_PLUGIN_ARGS },
  ]);
});

it('reads profiles, plugins and their arguments', async () => {
  const text = `${HEAD}
percentageOfNodesToScore: 20
profiles:
- schedulerName: a
  plugins:
    score: {disabled: [{name: ImageLocality}], enabled: [{name: NodeResourcesFit, weight: 4}]}
  pluginConfig:
  - name: NodeResourcesFit
    args:
      apiVersion: kubescheduler.config.k8s.io/v1
      kind: NodeResourcesFitArgs
      ignoredResourceGroups: [example.com]
      scoringStrategy:
        type: RequestedToCapacityRatio
        resources: [{name: example.com/gpu, weight: 3}]
        requestedToCapacityRatio: {shape: [{utilization: 0, score: 0}, {utilization: 100, score: 10}]}
- schedulerName: b
  percentageOfNodesToScore: 50
`;
  const { profiles } = await parseConfiguration(text);
  expect(profiles.map(({ schedulerName, percentageOfNodesToScore }) => [schedulerName, percentageOfNodesToScore])).toEqual([
    ['a', undefined],
    ['b', 50],
  ]);
  expect(profiles[0]?.plugins.score).toEqual({
    disabled: [{ name: 'ImageLocality' }],
    enabled: [{ name: 'NodeResourcesFit', weight: 4 }],
  });
  expect(profiles[0]?.args.NodeResourcesFit).toEqual({
    ignoredResources: [],
    ignoredResourceGroups: ['example.com'],
    scoringStrategy: {
      type: 'RequestedToCapacityRatio',
      resources: [{ name: 'example.com/gpu', weight: 3 }],
      shape: [
        { utilization: 0, score: 0 },
        { utilization: 100, score: 10 },
      ],
    },
  });
});

const fitArgs = (args: string): string => `profiles: [{pluginConfig: [{name: NodeResourcesFit, args: ${args}}]}]`;

it.each([
  ['colour: red', 'strict decoding error: unknown field "colour"'],
  ['percentageOfNodesToScore: many', 'strict decoding error: field "percentageOfNodesToScore" must be an integer'],
  ['percentageOfNodesToScore: 101', 'percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]'],
  [
    'podInitialBackoffSeconds: 5\npodMaxBackoffSeconds: 2',
    'podMaxBackoffSeconds: Invalid value: 2: must be greater than or equal to',
  ],
  ['profiles: [{schedulerName: a}, {schedulerName: a}]', 'profiles[1].schedulerName: Duplicate value: "a"'],
  ['profiles: [{schedulerName: a}, {}]', 'profiles[1].schedulerName: Required value'],
  ['extenders: [{urlPrefix: x}]', 'extenders: Forbidden: scheduler extenders are not supported'],
  ['leaderElection: {resourceLock: endpoints}', 'leaderElection.resourceLock: Invalid value: "endpoints": must be "leases"'],
  ['profiles: [{pluginConfig: [{name: Foo}]}]', 'plugin Foo takes no arguments here'],
  [fitArgs('{size: 1}'), 'strict decoding error: unknown field "size"'],
  [fitArgs('{kind: OtherArgs}'), 'no kind "OtherArgs" is registered for version "kubescheduler.config.k8s.io/v1"'],
  [fitArgs('{scoringStrategy: {type: Best}}'), 'scoringStrategy.type: Unsupported value: "Best"'],
  [
    fitArgs('{scoringStrategy: {type: LeastAllocated, resources: [{name: cpu, weight: 101}]}}'),
    'resources[0].weight: Invalid value: 101: resource weight of cpu not in valid range [1-100]',
  ],
])('refuses %s', async (text, message) => {
  await expect(parseConfiguration(HEAD + text)).rejects.toThrow(message);
});

describe('which plugins run where', () => {
  const arranged = (plugins: ProfilePlugins) => testFramework({ snapshot: snapshotOf([]), plugins }).plugins;

  it("is upstream's order and weights by default", () => {
    const plugins = arranged({});
    const byPoint = EXTENSION_POINTS.filter((point) => point !== 'score').map((point) => [
      point,
      plugins[point].map(({ name }) => name),
    ]);
    expect(Object.fromEntries(byPoint)).toMatchInlineSnapshot(`
{
  "bind": [
    "DefaultBinder",
  ],
  "filter": [
    "NodeUnschedulable",
    "NodeName",
    "TaintToleration",
    "NodeAffinity",
    "NodePorts",
    "NodeResourcesFit",
    "VolumeRestrictions",
    "VolumeBinding",
    "VolumeZone",
    "PodTopologySpread",
    "InterPodAffinity",
  ],
  "permit": [],
  "postBind": [
    "VolumeBinding",
  ],
  "postFilter": [
    "DefaultPreemption",
  ],
  "preBind": [
    "VolumeBinding",
  ],
  "preEnqueue": [
    "SchedulingGates",
  ],
  "preFilter": [
    "NodeAffinity",
    "NodePorts",
    "NodeResourcesFit",
    "VolumeRestrictions",
    "VolumeBinding",
    "VolumeZone",
    "PodTopologySpread",
    "InterPodAffinity",
  ],
  "preScore": [
    "TaintToleration",
    "NodeAffinity",
    "NodeResourcesFit",
    "PodTopologySpread",
    "InterPodAffinity",
    "NodeResourcesBalancedAllocation",
  ],
  "queueSort": [
    "PrioritySort",
  ],
  "reserve": [
    "VolumeBinding",
  ],
}
`);
    expect(plugins.score.map(({ plugin, weight }) => `${plugin.name} ${weight}`)).toMatchInlineSnapshot(`
[
  "TaintToleration 3",
  "NodeAffinity 2",
  "NodeResourcesFit 1",
  "PodTopologySpread 2",
  "InterPodAffinity 2",
  "NodeResourcesBalancedAllocation 1",
  "ImageLocality 1",
]
`);
  });

  it('changes with what a point enables and disables', () => {
    const weights = (plugins: ProfilePlugins) => arranged(plugins).score.map(({ plugin, weight }) => `${plugin.name} ${weight}`);
    expect(weights({ score: { disabled: [{ name: '*' }], enabled: [{ name: 'ImageLocality', weight: 7 }] } })).toEqual([
      'ImageLocality 7',
    ]);
    expect(
      weights({
        multiPoint: {
          disabled: [{ name: '*' }],
          enabled: ['PrioritySort', 'DefaultBinder', 'NodeAffinity'].map((name) => ({ name })),
        },
      }),
    ).toEqual(['NodeAffinity 2']);
    expect(arranged({ filter: { enabled: [{ name: 'NodePorts' }] } }).filter[0]?.name).toBe('NodePorts');
  });

  it.each<[ProfilePlugins, string]>([
    [{ filter: { enabled: [{ name: 'Unknown' }] } }, 'Unknown does not exist'],
    [{ filter: { enabled: [{ name: 'ImageLocality' }] } }, 'plugin "ImageLocality" does not extend filter plugin'],
    [
      { score: { enabled: [{ name: 'ImageLocality' }, { name: 'ImageLocality' }] } },
      'plugin "ImageLocality" already registered as "score"',
    ],
    [
      { bind: { disabled: [{ name: '*' }] } },
      'at least one bind plugin is needed for profile with scheduler name "default-scheduler"',
    ],
    [
      { queueSort: { disabled: [{ name: '*' }] } },
      'only one queue sort plugin required for profile with scheduler name "default-scheduler", but got 0',
    ],
  ])('refuses %j', (plugins, message) => {
    expect(() => arranged(plugins)).toThrow(message);
  });

  it('knows each plugin once', () => {
    expect(new Set(DEFAULT_PLUGINS.map(({ name }) => name)).size).toBe(DEFAULT_PLUGINS.length);
  });
});
