import type { NodeInfo } from '../cache/node-info';
import type { CycleState } from './cycle-state';
import type { NodeStatuses } from './diagnosis';
import type { PluginHandle } from './handle';
import { type Pod, uidOf } from './objects';
import type { ExtensionPoint, Plugin, PostFilterOutcome } from './plugin';
import type { QueuedPod } from './queued-pod';
import { removeFromCycle, addToCycle, runFiltersWithNominated } from './run-filters';
import { runScores, type WeightedPlugin } from './run-scores';
import { failed, isRejected, isSuccess, saidBy, type Status, unresolvable } from './status';
import { WaitingPod } from './waiting-pods';

/** The plugins of one profile at each extension point, in the order in which they run. */
export type PluginsByPoint = Readonly<Record<Exclude<ExtensionPoint, 'score'>, readonly Plugin[]>> & {
  readonly score: readonly WeightedPlugin[];
};

export interface FrameworkOptions {
  /** The profile's schedulerName. */
  readonly profile: string;
  readonly plugins: PluginsByPoint;
  readonly handle: PluginHandle;
  /** Overrides the scheduler's percentageOfNodesToScore. */
  readonly percentageOfNodesToScore?: number | undefined;
  /** Is told how long each extension point took, in seconds. */
  readonly observe?: ((point: string, status: string, seconds: number) => void) | undefined;
}

/** What PreFilter plugins have found together. */
export interface PreFilterResult {
  /** The only nodes worth looking at; absent for all. */
  readonly nodeNames?: ReadonlySet<string> | undefined;
  readonly status?: Status | undefined;
  /** The plugins that have narrowed the nodes. */
  readonly narrowedBy: ReadonlySet<string>;
}

/** How long Permit may make a pod wait at most. (runtime.maxTimeout) */
const MAX_PERMIT_TIMEOUT = 15 * 60_000;

/** One profile: runs its plugins at each extension point. Plugins that throw give a status of code Error. */
export class Framework {
  readonly profile: string;
  readonly plugins: PluginsByPoint;
  readonly handle: PluginHandle;
  readonly percentageOfNodesToScore: number | undefined;

  constructor(private readonly options: FrameworkOptions) {
    this.profile = options.profile;
    this.plugins = options.plugins;
    this.handle = options.handle;
    this.percentageOfNodesToScore = options.percentageOfNodesToScore;
  }

  /** The first refusal to let the pod into the queue. */
  preEnqueue(pod: Pod): Status | undefined {
    for (const plugin of this.plugins.preEnqueue) {
      const status = attempt(() => plugin.preEnqueue?.(pod), `running PreEnqueue plugin "${plugin.name}"`);
      if (status && !isSuccess(status)) return saidBy(plugin.name, status);
    }
    return undefined;
  }

  less(a: QueuedPod, b: QueuedPod): boolean {
    return this.plugins.queueSort[0]?.less?.(a, b) ?? a.timestamp < b.timestamp;
  }

  preFilter(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): PreFilterResult {
    return this.timed('PreFilter', () => {
      const result = this.runPreFilters(state, pod, nodes);
      return { result, status: result.status };
    });
  }

  /** The first refusal of the node, as it is or as it will be with the pods nominated to it. */
  filterWithNominated(state: CycleState, pod: Pod, node: NodeInfo): Status | undefined {
    return runFiltersWithNominated(this.plugins.filter, this.handle.nominator, { state, pod, node });
  }

  /** For trying what would be, on copies of the state and the node. */
  addToCycle(cycle: { readonly state: CycleState; readonly pod: Pod; readonly node: NodeInfo }, added: Pod): void {
    addToCycle(this.plugins.preFilter, cycle, added);
  }

  removeFromCycle(cycle: { readonly state: CycleState; readonly pod: Pod; readonly node: NodeInfo }, removed: Pod): void {
    removeFromCycle(this.plugins.preFilter, cycle, removed);
  }

  /** Until one plugin helps; the messages of those that could not are joined. (RunPostFilterPlugins) */
  async postFilter(state: CycleState, pod: Pod, statuses: NodeStatuses): Promise<PostFilterOutcome> {
    const reasons: string[] = [];
    let nominatedNodeName: string | undefined;
    for (const plugin of this.plugins.postFilter) {
      const outcome = await postFilterWith(plugin, state, pod, statuses);
      if (isSuccess(outcome.status)) return outcome;
      if (outcome.status.code === 'Error' || outcome.status.code === 'UnschedulableAndUnresolvable') return outcome;
      nominatedNodeName = outcome.nominatedNodeName ?? nominatedNodeName;
      reasons.push(...outcome.status.reasons);
    }
    return { ...(nominatedNodeName !== undefined && { nominatedNodeName }), status: { code: 'Unschedulable', reasons } };
  }

  preScore(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): Status | undefined {
    for (const plugin of this.plugins.preScore) {
      const status = attempt(() => plugin.preScore?.(state, pod, nodes), `running PreScore plugin "${plugin.name}"`);
      if (status?.code === 'Skip') state.skipScore.add(plugin.name);
      else if (status && !isSuccess(status)) return saidBy(plugin.name, status);
    }
    return undefined;
  }

  /** The nodes' total scores, in their order. Throws what a plugin throws. */
  score(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): Float64Array {
    return this.timed('Score', () => ({ result: runScores(this.plugins.score, state, pod, nodes) }));
  }

  get hasScoring(): boolean {
    return this.plugins.score.length > 0;
  }

  reserve(state: CycleState, pod: Pod, nodeName: string): Status | undefined {
    for (const plugin of this.plugins.reserve) {
      const status = attempt(() => plugin.reserve?.(state, pod, nodeName), `running Reserve plugin "${plugin.name}"`);
      if (status && !isSuccess(status)) return saidBy(plugin.name, status);
    }
    return undefined;
  }

  /** Undoes reservations, the last first. */
  unreserve(state: CycleState, pod: Pod, nodeName: string): void {
    for (const plugin of this.plugins.reserve.toReversed()) plugin.unreserve?.(state, pod, nodeName);
  }

  /** Success, a refusal, or Wait: then `waitOnPermit` gives the end of it. */
  permit(state: CycleState, pod: Pod, nodeName: string): Status | undefined {
    const waits = new Map<string, number>();
    for (const plugin of this.plugins.permit) {
      const outcome = permitWith(plugin, state, pod, nodeName);
      if (outcome.status?.code === 'Wait') waits.set(plugin.name, Math.min(outcome.timeout, MAX_PERMIT_TIMEOUT));
      else if (outcome.status && !isSuccess(outcome.status)) return saidBy(plugin.name, outcome.status);
    }
    if (!waits.size) return undefined;
    this.handle.waitingPods.add(new WaitingPod(pod, waits, this.handle.clock));
    return { code: 'Wait', reasons: [`one or more plugins asked to wait and no plugin rejected pod "${pod.metadata.name}"`] };
  }

  async waitOnPermit(pod: Pod): Promise<Status | undefined> {
    const { waitingPods } = this.handle;
    const waiting = waitingPods.get(uidOf(pod));
    try {
      return await waiting?.wait();
    } finally {
      waitingPods.remove(uidOf(pod));
    }
  }

  preBind(state: CycleState, pod: Pod, nodeName: string): Promise<Status | undefined> {
    return this.timedLater('PreBind', async () => {
      for (const plugin of this.plugins.preBind) {
        const status = await attemptAsync(
          () => plugin.preBind?.(state, pod, nodeName),
          `running PreBind plugin "${plugin.name}"`,
        );
        if (status && !isSuccess(status)) return saidBy(plugin.name, status);
      }
      return undefined;
    });
  }

  /** Binds by the first plugin that does not pass the pod on. */
  bind(state: CycleState, pod: Pod, nodeName: string): Promise<Status | undefined> {
    return this.timedLater('Bind', async () => {
      for (const plugin of this.plugins.bind) {
        const status = await attemptAsync(() => plugin.bind?.(state, pod, nodeName), `running Bind plugin "${plugin.name}"`);
        if (status?.code !== 'Skip') return status && !isSuccess(status) ? saidBy(plugin.name, status) : undefined;
      }
      return failed(new Error('no Bind plugin has bound the pod'));
    });
  }

  postBind(state: CycleState, pod: Pod, nodeName: string): void {
    for (const plugin of this.plugins.postBind) plugin.postBind?.(state, pod, nodeName);
  }

  /** Tells the observer how long a part of the cycle took. */
  timed<T>(point: string, run: () => { readonly result: T; readonly status?: Status | undefined }): T {
    const { observe, handle } = this.options;
    const start = handle.clock.monotonic();
    const { result, status } = run();
    observe?.(point, status?.code ?? 'Success', (handle.clock.monotonic() - start) / 1000);
    return result;
  }

  private async timedLater(point: string, run: () => Promise<Status | undefined>): Promise<Status | undefined> {
    const { observe, handle } = this.options;
    const start = handle.clock.monotonic();
    const status = await run();
    observe?.(point, status?.code ?? 'Success', (handle.clock.monotonic() - start) / 1000);
    return status;
  }

  private runPreFilters(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): PreFilterResult {
    const narrowedBy = new Set<string>();
    let nodeNames: ReadonlySet<string> | undefined;
    let refusal: Status | undefined;
    for (const plugin of this.plugins.preFilter) {
      const outcome = preFilterWith(plugin, state, pod, nodes);
      const status = outcome?.status;
      if (status?.code === 'Skip') state.skipFilter.add(plugin.name);
      else if (status && !isSuccess(status)) {
        if (!isRejected(status) || status.code === 'UnschedulableAndUnresolvable')
          return { status: saidBy(plugin.name, status), narrowedBy };
        refusal = saidBy(plugin.name, status);
      }
      if (!outcome?.nodeNames) continue;
      narrowedBy.add(plugin.name);
      nodeNames = nodeNames ? intersection(nodeNames, outcome.nodeNames) : outcome.nodeNames;
      if (!nodeNames.size) return { nodeNames, status: noNodeLeft([...narrowedBy]), narrowedBy };
    }
    return { nodeNames, status: refusal, narrowedBy };
  }
}

function noNodeLeft(plugins: readonly string[]): Status {
  if (plugins.length === 1) return unresolvable(`node(s) didn't satisfy plugin ${plugins[0]}`);
  return unresolvable(`node(s) didn't satisfy plugin(s) [${plugins.join(' ')}] simultaneously`);
}

function preFilterWith(
  plugin: Plugin,
  state: CycleState,
  pod: Pod,
  nodes: readonly NodeInfo[],
): ReturnType<NonNullable<Plugin['preFilter']>> {
  try {
    return plugin.preFilter?.(state, pod, nodes);
  } catch (error) {
    return { status: failed(error, `running PreFilter plugin "${plugin.name}"`) };
  }
}

async function postFilterWith(plugin: Plugin, state: CycleState, pod: Pod, statuses: NodeStatuses): Promise<PostFilterOutcome> {
  try {
    return (await plugin.postFilter?.(state, pod, statuses)) ?? { status: { code: 'Unschedulable', reasons: [] } };
  } catch (error) {
    return { status: failed(error, `running PostFilter plugin "${plugin.name}"`) };
  }
}

function permitWith(
  plugin: Plugin,
  state: CycleState,
  pod: Pod,
  nodeName: string,
): { status: Status | undefined; timeout: number } {
  try {
    const outcome = plugin.permit?.(state, pod, nodeName);
    return { status: outcome?.status, timeout: outcome?.timeoutMilliseconds ?? MAX_PERMIT_TIMEOUT };
  } catch (error) {
    return { status: failed(error, `running Permit plugin "${plugin.name}"`), timeout: 0 };
  }
}

function attempt(run: () => Status | undefined, context: string): Status | undefined {
  try {
    return run();
  } catch (error) {
    return failed(error, context);
  }
}

async function attemptAsync(run: () => Promise<Status | undefined> | undefined, context: string): Promise<Status | undefined> {
  try {
    return await run();
  } catch (error) {
    return failed(error, context);
  }
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((item) => b.has(item)));
}
