import type { MetricsRegistry } from '@typekube/component-base';
import { noQueueMetrics, type QueueMetrics, workQueueMetrics } from '../queue/metrics';

/** How a reconcile ended; the label of controller-runtime's metric. */
export type ReconcileResult = 'success' | 'requeue_after' | 'error' | 'terminal_error';

export interface ControllerMetrics {
  readonly queue: QueueMetrics;
  ended(result: ReconcileResult): void;
}

export const noControllerMetrics: ControllerMetrics = { queue: noQueueMetrics, ended: () => undefined };

/** The metrics of all controllers of a process, by the controller's name. */
export function controllerMetrics(registry: MetricsRegistry): (name: string) => ControllerMetrics {
  const queueOf = workQueueMetrics(registry);
  const total = registry.counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Total number of reconciliations per controller',
    labelNames: ['controller', 'result'] as const,
  });
  return (name) => ({ queue: queueOf(name), ended: (result) => total.inc({ controller: name, result }) });
}
