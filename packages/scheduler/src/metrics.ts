import { exponentialBuckets, type MetricsRegistry } from '@typekube/component-base';

export type AttemptResult = 'scheduled' | 'unschedulable' | 'error';

/** The `scheduler_*` metrics, under upstream's names. */
export class SchedulerMetrics {
  private readonly attempts;
  private readonly attemptSeconds;
  private readonly algorithmSeconds;
  private readonly podAttempts;
  private readonly sliSeconds;
  private readonly incoming;
  private readonly pointSeconds;
  private readonly victims;
  private readonly preemptions;

  constructor(registry: MetricsRegistry) {
    const seconds = exponentialBuckets(0.001, 2, 15);
    this.attempts = registry.counter({
      name: 'scheduler_schedule_attempts_total',
      help: "Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be scheduled, while 'error' means an internal scheduler problem.",
      labelNames: ['result', 'profile'],
      stability: 'STABLE',
    });
    this.attemptSeconds = registry.histogram({
      name: 'scheduler_scheduling_attempt_duration_seconds',
      help: 'Scheduling attempt latency in seconds (scheduling algorithm + binding)',
      labelNames: ['result', 'profile'],
      stability: 'STABLE',
      buckets: seconds,
    });
    this.algorithmSeconds = registry.histogram({
      name: 'scheduler_scheduling_algorithm_duration_seconds',
      help: 'Scheduling algorithm latency in seconds',
      buckets: seconds,
    });
    this.podAttempts = registry.histogram({
      name: 'scheduler_pod_scheduling_attempts',
      help: 'Number of attempts to successfully schedule a pod.',
      stability: 'STABLE',
      buckets: exponentialBuckets(1, 2, 5),
    });
    this.sliSeconds = registry.histogram({
      name: 'scheduler_pod_scheduling_sli_duration_seconds',
      help: 'E2e latency for a pod being scheduled, from the time the pod enters the scheduling queue and might involve multiple scheduling attempts.',
      labelNames: ['attempts'],
      stability: 'BETA',
      buckets: exponentialBuckets(0.01, 2, 20),
    });
    this.incoming = registry.counter({
      name: 'scheduler_queue_incoming_pods_total',
      help: 'Number of pods added to scheduling queues by event and queue type.',
      labelNames: ['queue', 'event'],
      stability: 'STABLE',
    });
    this.pointSeconds = registry.histogram({
      name: 'scheduler_framework_extension_point_duration_seconds',
      help: 'Latency for running all plugins of a specific extension point.',
      labelNames: ['extension_point', 'status', 'profile'],
      stability: 'STABLE',
      buckets: exponentialBuckets(0.0001, 2, 12),
    });
    this.victims = registry.histogram({
      name: 'scheduler_preemption_victims',
      help: 'Number of selected preemption victims',
      stability: 'STABLE',
      buckets: exponentialBuckets(1, 2, 7),
    });
    this.preemptions = registry.counter({
      name: 'scheduler_preemption_attempts_total',
      help: 'Total preemption attempts in the cluster till now',
      stability: 'STABLE',
    });
  }

  attempt(result: AttemptResult, profile: string, seconds: number): void {
    this.attempts.inc({ result, profile });
    this.attemptSeconds.observe({ result, profile }, seconds);
  }

  algorithm(seconds: number): void {
    this.algorithmSeconds.observe(seconds);
  }

  /** A pod is bound: after how many attempts, and how long after the first. */
  scheduled(attempts: number, sinceFirstSeconds: number): void {
    this.podAttempts.observe(attempts);
    this.sliSeconds.observe({ attempts: attempts >= 15 ? '15+' : String(attempts) }, sinceFirstSeconds);
  }

  queued(queue: string, event: string): void {
    this.incoming.inc({ queue, event });
  }

  extensionPoint(profile: string, point: string, status: string, seconds: number): void {
    this.pointSeconds.observe({ extension_point: point, status, profile }, seconds);
  }

  preemption(victims: number): void {
    this.preemptions.inc();
    this.victims.observe(victims);
  }
}

export interface Gauges {
  /** How many pods are in which part of the queue. */
  readonly queue: () => Readonly<Record<'active' | 'backoff' | 'unschedulable' | 'gated', number>>;
  /** How much the cache knows. */
  readonly cache: () => { readonly nodes: number; readonly pods: number; readonly assumedPods: number };
}

/** Adds the metrics that are read when they are asked for. */
export function addGauges(registry: MetricsRegistry, { queue, cache }: Gauges): void {
  registry.gauge({
    name: 'scheduler_pending_pods',
    help: "Number of pending pods, by the queue type. 'active' means number of pods in activeQ; 'backoff' means number of pods in backoffQ; 'unschedulable' means number of pods in unschedulablePods that the scheduler attempted to schedule and failed; 'gated' is the number of unschedulable pods that the scheduler never attempted to schedule because they are gated.",
    labelNames: ['queue'],
    stability: 'STABLE',
    collect: (gauge) => Object.entries(queue()).forEach(([name, count]) => gauge.set({ queue: name }, count)),
  });
  registry.gauge({
    name: 'scheduler_cache_size',
    help: 'Number of nodes, pods, and assumed (bound) pods in the scheduler cache.',
    labelNames: ['type'],
    collect: (gauge) => {
      const { nodes, pods, assumedPods } = cache();
      gauge.set({ type: 'nodes' }, nodes);
      gauge.set({ type: 'pods' }, pods);
      gauge.set({ type: 'assumed_pods' }, assumedPods);
    },
  });
}
