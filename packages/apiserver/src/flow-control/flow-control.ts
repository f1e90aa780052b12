import type { flowcontrolv1 } from '@typekube/api';
import type { KubeObject } from '@typekube/apimachinery';
import type { Clock, Timer } from '@typekube/component-base';
import type { SystemClient } from '../bootstrap/system-client';
import { parseObject } from '../cache/entry';
import type { ResourceCache } from '../cache/resource-cache';
import type { RequestContext } from '../chain/request-context';
import { longAnswersReady } from '../http/send-pieces';
import { Classifier } from './classifier';
import { ConditionWriter } from './condition-writer';
import { digest, levelOf } from './digest';
import { FlowRequest } from './flow-request';
import { FlowStats } from './flow-stats';
import { PriorityLevels } from './levels';
import { LoopTurns } from './loop-turns';
import type { ObjectSizes } from './object-sizes';
import { WatchCounts } from './watch-counts';
import { WorkEstimator } from './work-estimator';

export interface FlowControlOptions {
  /** Seats of the whole server: `--max-requests-inflight` and `--max-mutating-requests-inflight` together. */
  readonly serverSeats: number;
  /** How long a request may take; a quarter of it may be spent in a queue, and a minute at most. */
  readonly requestTimeoutSeconds: number;
  readonly clock: Clock;
  readonly log: { error(message: string, error?: unknown): void };
}

/** What it reads and writes of the server. */
export interface FlowControlServices {
  readonly levelObjects: ResourceCache;
  readonly schemaObjects: ResourceCache;
  readonly sizes: ObjectSizes;
  readonly client: SystemClient;
}

const BORROWING_MS = 10_000;
/** Pause before conditions that could not be written are tried again. */
const RETRY_MS = 30_000;
const MAX_WAIT_SECONDS = 60;

/**
 * API priority and fairness: which requests run, wait or are refused, by the FlowSchemas and PriorityLevelConfigurations in the caches
 * (upstream's util/flowcontrol). Before `start` it works with the two levels that every server has.
 */
export class FlowControl {
  readonly levels: PriorityLevels;
  readonly watches = new WatchCounts();
  readonly turns: LoopTurns;
  /** How many requests wait for their turn. */
  readonly waiting = { mutating: 0, readOnly: 0 };
  private readonly estimator: WorkEstimator;
  private readonly conditions: ConditionWriter;
  private readonly statsByName = new Map<string, FlowStats>();
  private readonly waitSeconds: number;
  private classifier = new Classifier([]);
  private readonly timers = new Set<Timer>();
  private readonly listening = new Map<ResourceCache, () => void>();
  private isDigestDue = false;
  private isStopped = false;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: FlowControlOptions,
    private readonly services: FlowControlServices,
  ) {
    const { serverSeats, requestTimeoutSeconds, clock } = options;
    if (serverSeats <= 0) {
      throw new Error('--max-requests-inflight and --max-mutating-requests-inflight must add up to something positive with --enable-priority-and-fairness');
    }
    this.turns = new LoopTurns(clock, longAnswersReady);
    this.levels = new PriorityLevels(serverSeats, clock, this.turns);
    this.estimator = new WorkEstimator(services.sizes, this.watches);
    this.conditions = new ConditionWriter(services.client, clock);
    this.waitSeconds = Math.min(MAX_WAIT_SECONDS, requestTimeoutSeconds / 4);
    this.digest([], []);
  }

  /** What is counted, by level and schema. */
  get stats(): Iterable<FlowStats> {
    return this.statsByName.values();
  }

  /** Follows the configuration from now on; the caches must be loaded. */
  start(): void {
    this.listen(this.services.levelObjects);
    this.listen(this.services.schemaObjects);
    this.readConfiguration();
    this.every(BORROWING_MS, () => this.levels.borrow());
  }

  /** Ends its timers; what waits is refused. */
  async stop(): Promise<void> {
    this.isStopped = true;
    for (const timer of this.timers) timer.cancel();
    for (const stop of this.listening.values()) stop();
    this.levels.stop();
    await this.writing;
  }

  /** A request begins: it executes, waits or is refused. */
  begin(context: Pick<RequestContext, 'user' | 'info' | 'query'>): FlowRequest {
    const { user, info, query } = context;
    const flow = this.classifier.classify(user, info);
    const request = new FlowRequest(flow, this.estimator.estimate(info, query, flow), info.verb === 'watch', context);
    flow.level.queues.start(request, this.waitSeconds);
    return request;
  }

  /** A request that executes has ended, or its watch has begun. */
  finish(request: FlowRequest): void {
    const { level } = request.flow;
    level.queues.finish(request);
    if (level.isQuiescing && level.queues.isIdle) this.digestLater();
  }

  private listen(cache: ResourceCache): void {
    const stop = cache.listen({
      event: () => this.digestLater(),
      // The cache has been loaded anew.
      closed: () => {
        this.listen(cache);
        this.digestLater();
      },
    });
    this.listening.set(cache, stop);
  }

  /** One digest for all that changes in one turn of the loop. */
  private digestLater(): void {
    if (this.isDigestDue) return;
    this.isDigestDue = true;
    setImmediate(() => {
      this.isDigestDue = false;
      if (!this.isStopped) this.readConfiguration();
    });
  }

  private readConfiguration(): void {
    const { levelObjects, schemaObjects } = this.services;
    this.digest(objectsOf<flowcontrolv1.PriorityLevelConfiguration>(levelObjects), objectsOf<flowcontrolv1.FlowSchema>(schemaObjects));
  }

  private digest(levelObjects: flowcontrolv1.PriorityLevelConfiguration[], schemaObjects: flowcontrolv1.FlowSchema[]): void {
    const { levels, schemas, conditions, problems } = digest(levelObjects, schemaObjects);
    for (const problem of problems) this.options.log.error(`Ignoring a priority level: ${problem}`);
    this.levels.update(levels);
    this.classifier = new Classifier(
      schemas.map((object) => {
        const level = this.levels.get(levelOf(object))!;
        return { object, level, stats: this.statsOf(level.name, object.metadata.name ?? '') };
      }),
    );
    if (conditions.length) this.writing = this.writing.then(() => this.writeConditions(conditions));
  }

  private async writeConditions(conditions: Parameters<ConditionWriter['write']>[0]): Promise<void> {
    if (this.isStopped) return;
    try {
      if (await this.conditions.write(conditions)) return;
    } catch (error) {
      this.options.log.error('failed to set a condition of a FlowSchema', error);
    }
    this.once(RETRY_MS, () => this.digestLater());
  }

  private statsOf(level: string, schema: string): FlowStats {
    const key = `${level}\n${schema}`;
    let stats = this.statsByName.get(key);
    if (!stats) this.statsByName.set(key, (stats = new FlowStats(level, schema)));
    return stats;
  }

  private once(milliseconds: number, run: () => void): void {
    if (this.isStopped) return;
    const timer = this.options.clock.after(milliseconds, () => {
      this.timers.delete(timer);
      run();
    });
    this.timers.add(timer);
  }

  private every(milliseconds: number, run: () => void): void {
    this.once(milliseconds, () => {
      run();
      this.every(milliseconds, run);
    });
  }
}

function objectsOf<T extends KubeObject>(cache: ResourceCache): T[] {
  return [...cache.entries.values()].map(({ bytes }) => parseObject(bytes) as T);
}
