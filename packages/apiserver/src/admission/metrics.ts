import type { MetricsRegistry } from '@typekube/component-base';
import type { AdmissionAttributes } from './admission';

type Step = (attributes: AdmissionAttributes) => void | Promise<void>;

export interface StepLabels {
  readonly name: string;
  readonly type: 'admit' | 'validate';
  readonly operation: string;
}

/** Wraps a plugin's step so that its time is measured. */
export type ObserveStep = (step: Step, labels: StepLabels) => Step;

const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5];

/** The times of the plugins, with upstream's names and labels. */
export function admissionMetrics(metrics: MetricsRegistry): ObserveStep {
  const durations = metrics.countedHistogram({
    name: 'apiserver_admission_controller_admission_duration_seconds',
    help: 'Admission controller latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).',
    labelNames: ['name', 'type', 'operation', 'rejected'],
    buckets: BUCKETS,
    stability: 'STABLE',
  });
  return (step, labels) => {
    const [passed, rejected] = ['false', 'true'].map((value) => durations.labels({ ...labels, rejected: value }));
    return (attributes) => {
      const start = performance.now();
      const seconds = (): number => (performance.now() - start) / 1000;
      const refuse = (error: unknown): never => {
        rejected!.observe(seconds());
        throw error;
      };
      try {
        const waiting = step(attributes);
        if (waiting) return waiting.then(() => passed!.observe(seconds()), refuse);
      } catch (error) {
        return refuse(error);
      }
      passed!.observe(seconds());
    };
  };
}
