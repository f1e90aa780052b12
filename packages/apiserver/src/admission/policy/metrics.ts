import type { MetricsRegistry } from '@typekube/component-base';
import { COMPILATION_PROBLEM, OUT_OF_BUDGET } from './conditions';

/** Why an expression could not be evaluated; upstream's label values. */
export type ErrorType = 'compile_error' | 'out_of_budget' | 'invalid_error';

/** What has come of an objection: what a binding's action has done, or nothing. */
export type Enforcement = 'deny' | 'warn' | 'audit' | 'allow';

/** Told what the expressions of a policy of one kind have come to. */
export type OnPolicyCheck = (labels: PolicyCheckLabels, seconds: number) => void;

export interface PolicyCheckLabels {
  readonly policy: string;
  readonly policy_binding: string;
  readonly error_type: ErrorType | 'no_error';
  readonly enforcement_action: Enforcement;
}

const LABELS = ['policy', 'policy_binding', 'error_type', 'enforcement_action'] as const;
const BUCKETS = [0.0000005, 0.001, 0.01, 0.1, 1];

/** Metrics of ValidatingAdmissionPolicy with upstream's names and labels. What a policy is content with is not counted. */
export function policyMetrics(registry: MetricsRegistry): OnPolicyCheck {
  const checks = registry.counter({
    name: 'apiserver_validating_admission_policy_check_total',
    help: 'Validation admission policy check total, labeled by policy and further identified by binding and enforcement action taken.',
    labelNames: LABELS,
    stability: 'BETA',
  });
  const durations = registry.countedHistogram({
    name: 'apiserver_validating_admission_policy_check_duration_seconds',
    help: 'Validation admission latency for individual validation expressions in seconds, labeled by policy and further including binding and enforcement action taken.',
    labelNames: LABELS,
    buckets: BUCKETS,
    stability: 'BETA',
  });
  return (labels, seconds) => {
    checks.inc({ ...labels });
    durations.labels({ ...labels }).observe(seconds);
  };
}

/** As upstream: by what the message begins with. */
export function errorTypeOf(message: string): ErrorType {
  if (message.startsWith(COMPILATION_PROBLEM)) return 'compile_error';
  return message.startsWith(OUT_OF_BUDGET) ? 'out_of_budget' : 'invalid_error';
}
