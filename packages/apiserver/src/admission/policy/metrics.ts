import type { MetricsRegistry } from '@typekube/component-base';

/** Why an expression gave nothing, in upstream's words. */
export type PolicyError = 'compile_error' | 'invalid_error' | 'out_of_budget';

/** What came of one expression of a policy. */
export interface PolicyCheck {
  readonly policy: string;
  readonly policy_binding: string;
  readonly error_type: PolicyError | 'no_error';
  readonly enforcement_action: 'allow' | 'deny' | 'audit' | 'warn';
}

/** Metrics of ValidatingAdmissionPolicy. As upstream, expressions that are content are not counted; those whose failure is ignored are, as allowed. */
export class PolicyMetrics {
  readonly count: (check: PolicyCheck, seconds: number) => void;

  constructor(registry: MetricsRegistry) {
    const labelNames = ['policy', 'policy_binding', 'error_type', 'enforcement_action'] as const;
    const checks = registry.counter({
      name: 'apiserver_validating_admission_policy_check_total',
      help: 'Validation admission policy check total, labeled by policy and further identified by binding and enforcement action taken.',
      labelNames,
      stability: 'BETA',
    });
    const durations = registry.histogram({
      name: 'apiserver_validating_admission_policy_check_duration_seconds',
      help: 'Validation admission latency for individual validation expressions in seconds, labeled by policy and further including binding and enforcement action taken.',
      labelNames,
      buckets: [0.0000005, 0.001, 0.01, 0.1, 1],
      stability: 'BETA',
    });
    this.count = (check, seconds) => {
      checks.inc({ ...check });
      durations.observe({ ...check }, seconds);
    };
  }
}
