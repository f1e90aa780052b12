import { isDeepStrictEqual } from 'node:util';
import type { Clock, Logger } from '@typekube/component-base';
import { NftablesApplier } from '../backends/nftables/apply';
import type { PlanContext } from '../backends/nftables/context';
import type { RunNft } from '../backends/nftables/nft';
import { Planner } from '../backends/nftables/plan';
import type { ProxyHealth } from '../health/proxy-health';
import type { ServiceHealthServer } from '../health/service-health';
import type { ProxyMetrics } from '../metrics';
import type { PortState, ProxyModel } from '../model/changes';
import type { IpFamily } from '../model/ip-family';
import { BoundedRunner, type RunReason } from './bounded-runner';
import { deleteUdpFlows, type RunConntrack, staleUdpFlows } from './conntrack';

export interface ProxierOptions {
  readonly model: ProxyModel;
  readonly families: readonly IpFamily[];
  /** What rules depend on besides the model, as it is now. */
  readonly contextOf: (family: IpFamily) => PlanContext;
  readonly nft: RunNft;
  readonly conntrack: RunConntrack;
  readonly metrics: ProxyMetrics;
  readonly health: ProxyHealth;
  readonly serviceHealth: ServiceHealthServer;
  /** In milliseconds. */
  readonly syncPeriod: number;
  readonly minSyncPeriod: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How many changes are made at once before they are spread. */
const BURST = 2;

/** The first pause after a failure, which doubles up to the sync period; and the one before empty chains are deleted. */
const RETRY_MILLISECONDS = 1000;

interface FamilyState {
  readonly family: IpFamily;
  readonly planner: Planner;
  readonly applier: NftablesApplier;
  context: PlanContext | undefined;
  /** The ports whose rules the kernel has. */
  applied: readonly PortState[];
}

/** Keeps the kernel's rules what the model says. */
export class Proxier {
  private readonly runner: BoundedRunner;
  private readonly states: readonly FamilyState[];
  private triggers: number[] = [];
  private failures = 0;

  constructor(private readonly options: ProxierOptions) {
    const { families, nft, log, clock, metrics, syncPeriod, minSyncPeriod } = options;
    this.states = families.map((family) => ({
      family,
      planner: new Planner(),
      applier: new NftablesApplier({ family, nft, log, clock, onCleanupFailure: () => metrics.cleanupFailed(family) }),
      context: undefined,
      applied: [],
    }));
    this.runner = new BoundedRunner({
      run: (reason) => this.sync(reason),
      minMilliseconds: minSyncPeriod,
      maxMilliseconds: syncPeriod,
      burst: BURST,
      clock,
    });
  }

  /** Something has changed. `triggeredAt`: when the pod changed that caused it, in milliseconds since 1970. */
  changed(triggeredAt?: number): void {
    if (triggeredAt !== undefined) this.triggers.push(triggeredAt);
    for (const { family } of this.states) {
      this.options.health.queued(family);
      this.options.metrics.queued(family);
    }
    this.runner.request();
  }

  /** Runs until the signal is aborted. Rules stay: traffic goes on while a proxy is started again. */
  async run(signal: AbortSignal): Promise<void> {
    await this.runner.loop(signal);
    await this.options.serviceHealth.stop();
  }

  private async sync(reason: RunReason): Promise<void> {
    const { model, serviceHealth, metrics, syncPeriod, clock } = this.options;
    const triggers = this.triggers.splice(0);
    const succeeded = [];
    for (const state of this.states) succeeded.push(await this.syncFamily(state, reason));
    await serviceHealth.sync(model.healthChecks());
    if (succeeded.every(Boolean)) {
      this.failures = 0;
      for (const at of triggers) metrics.programmed((clock.now() - at) / 1000);
      if (this.states.some(({ applier }) => applier.hasStale)) this.runner.retryAfter(RETRY_MILLISECONDS);
      return;
    }
    this.triggers.unshift(...triggers);
    this.runner.retryAfter(Math.min(syncPeriod, RETRY_MILLISECONDS * 2 ** this.failures++));
  }

  /** Whether it succeeded. A failure in one family is none of the other's. */
  private async syncFamily(state: FamilyState, reason: RunReason): Promise<boolean> {
    const { model, metrics, health, log, clock } = this.options;
    const { family, planner, applier } = state;
    const start = clock.monotonic();
    const ports = model.ports(family);
    try {
      if (reason === 'periodic') await applier.verify();
      const { ruleset, lackingLocal } = planner.plan(ports, this.contextFor(state));
      const how = await applier.apply(ruleset);
      const milliseconds = clock.monotonic() - start;
      metrics.synced(family, how, milliseconds / 1000);
      metrics.setLackingLocal(family, lackingLocal);
      health.updated(family);
      const fields = { family, how, reason, ports: ports.length, milliseconds: Math.round(milliseconds) };
      log.v(2)?.info('SyncProxyRules complete', fields);
    } catch (error) {
      log.error('nftables sync failed', error, { family });
      metrics.failed(family);
      health.queued(family);
      return false;
    }
    await deleteUdpFlows(staleUdpFlows(state.applied, ports), { family, conntrack: this.options.conntrack, log });
    state.applied = ports;
    return true;
  }

  /** The same object as long as it says the same. */
  private contextFor(state: FamilyState): PlanContext {
    const context = this.options.contextOf(state.family);
    if (!state.context || !isDeepStrictEqual(context, state.context)) state.context = context;
    return state.context;
  }
}
