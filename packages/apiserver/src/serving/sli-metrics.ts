import { MetricsRegistry } from '@typekube/component-base';

/** Told how a single check has ended, and of which endpoint it was asked. */
export type OnCheck = (endpoint: string, check: string, isOk: boolean) => void;

interface Checked {
  readonly labels: { readonly type: string; readonly name: string };
  isOk: boolean;
  successes: number;
  errors: number;
}

/** What `/metrics/slis` tells: how the health checks have gone. They are read often, so that it has nothing else (KEP-3466). */
export class SliMetrics {
  readonly registry = new MetricsRegistry();
  private readonly checks = new Map<string, Checked>();

  constructor() {
    this.registry.gauge({
      name: 'kubernetes_healthcheck',
      help: 'This metric records the result of a single healthcheck.',
      labelNames: ['type', 'name'],
      stability: 'STABLE',
      collect: (gauge) => {
        for (const { labels, isOk } of this.checks.values()) gauge.set(labels, isOk ? 1 : 0);
      },
    });
    this.registry.counter({
      name: 'kubernetes_healthchecks_total',
      help: 'This metric records the results of all healthcheck.',
      labelNames: ['type', 'name', 'status'],
      stability: 'STABLE',
      collect: (counter) => {
        for (const { labels, successes, errors } of this.checks.values()) {
          if (successes) counter.inc({ ...labels, status: 'success' }, successes);
          if (errors) counter.inc({ ...labels, status: 'error' }, errors);
        }
      },
    });
  }

  readonly onCheck: OnCheck = (type, name, isOk) => {
    const key = `${type} ${name}`;
    let checked = this.checks.get(key);
    if (!checked) this.checks.set(key, (checked = { labels: { type, name }, isOk, successes: 0, errors: 0 }));
    checked.isOk = isOk;
    checked[isOk ? 'successes' : 'errors'] += 1;
  };
}
