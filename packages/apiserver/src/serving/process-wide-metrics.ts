import type { FeatureGates, MetricsRegistry } from '@typekube/component-base';

/** Stages as upstream's label has them: what is generally available has none. */
const STAGES = { ALPHA: 'ALPHA', BETA: 'BETA', GA: '', DEPRECATED: 'DEPRECATED' } as const;

/** `kubernetes_feature_enabled`. */
export function addFeatureMetrics(metrics: MetricsRegistry, gates: FeatureGates): void {
  metrics.gauge({
    name: 'kubernetes_feature_enabled',
    help: 'This metric records the data about the stage and enablement of a k8s feature.',
    labelNames: ['name', 'stage'],
    stability: 'BETA',
    collect: (gauge) => {
      for (const { name, stage, enabled } of gates.list()) gauge.set({ name, stage: STAGES[stage] }, enabled ? 1 : 0);
    },
  });
}

/** Counts connections that never became any. */
export function handshakeErrors(metrics: MetricsRegistry): () => void {
  const counter = metrics.counter({
    name: 'apiserver_tls_handshake_errors_total',
    help: "Number of requests dropped with 'TLS handshake error from' error",
  });
  return () => counter.inc();
}
