import type { CountedHistogram, MetricsRegistry } from '@typekube/component-base';
import type { AdmissionAttributes } from './admission';
import { type PodSecurityMetrics, podSecurityMetrics } from './pod-security/metrics';
import { PolicyMetrics } from './policy/metrics';
import { WebhookMetrics } from './webhooks/metrics';

type Step = (attributes: AdmissionAttributes) => void | Promise<void>;

export interface HalfLabels {
  readonly type: 'admit' | 'validate';
  readonly operation: string;
}

export interface StepLabels extends HalfLabels {
  readonly name: string;
}

/** What is measured of admission, with upstream's names and labels. */
export interface AdmissionMetrics {
  /** Wraps a plugin's step so that its time is measured. */
  observeStep(step: Step, labels: StepLabels): Step;
  /** The same for all steps of one half of the chain. */
  observeHalf(half: Step, labels: HalfLabels): Step;
  readonly webhooks: WebhookMetrics;
  readonly policies: PolicyMetrics;
  readonly podSecurity: PodSecurityMetrics;
}

const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5];

export function admissionMetrics(metrics: MetricsRegistry): AdmissionMetrics {
  const steps = metrics.countedHistogram({
    name: 'apiserver_admission_controller_admission_duration_seconds',
    help: 'Admission controller latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).',
    labelNames: ['name', 'type', 'operation', 'rejected'],
    buckets: BUCKETS,
    stability: 'STABLE',
  });
  const halves = metrics.countedHistogram({
    name: 'apiserver_admission_step_admission_duration_seconds',
    help: 'Admission sub-step latency histogram in seconds, broken out for each operation and API resource and step type (validate or admit).',
    labelNames: ['type', 'operation', 'rejected'],
    buckets: BUCKETS,
    stability: 'STABLE',
  });
  return {
    observeStep: (step, labels) => timed(step, steps, labels),
    observeHalf: (half, labels) => timed(half, halves, labels),
    webhooks: new WebhookMetrics(metrics),
    policies: new PolicyMetrics(metrics),
    podSecurity: podSecurityMetrics(metrics),
  };
}

function timed<L extends string>(step: Step, durations: CountedHistogram<L | 'rejected'>, labels: Readonly<Record<L, string>>): Step {
  const passed = durations.labels({ ...labels, rejected: 'false' } as Record<L | 'rejected', string>);
  const rejected = durations.labels({ ...labels, rejected: 'true' } as Record<L | 'rejected', string>);
  return (attributes) => {
    const start = performance.now();
    const seconds = (): number => (performance.now() - start) / 1000;
    const refuse = (error: unknown): never => {
      rejected.observe(seconds());
      throw error;
    };
    try {
      const waiting = step(attributes);
      if (waiting) return waiting.then(() => passed.observe(seconds()), refuse);
    } catch (error) {
      return refuse(error);
    }
    passed.observe(seconds());
  };
}
