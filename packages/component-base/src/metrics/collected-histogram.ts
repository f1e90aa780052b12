import type { BucketCounts } from './bucket-counts';

/** One label set of a distribution that is counted elsewhere. */
export interface CollectedCounts<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly counts: BucketCounts;
}

/** The text of a histogram as Prometheus reads it, in the form of the metrics library. */
export function histogramText<Label extends string>(name: string, help: string, collected: Iterable<CollectedCounts<Label>>): string {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  for (const { labels, counts } of collected) {
    const shared = Object.entries<string>(labels).map(([label, value]) => `${label}="${escapeValue(value)}"`).join(',');
    let below = 0;
    counts.counts.forEach((count, i) => {
      below += count;
      lines.push(`${name}_bucket{le="${counts.bounds[i] ?? '+Inf'}"${shared && `,${shared}`}} ${below}`);
    });
    const braces = shared && `{${shared}}`;
    lines.push(`${name}_sum${braces} ${counts.sum}`, `${name}_count${braces} ${counts.count}`);
  }
  return `${lines.join('\n')}\n`;
}

function escapeValue(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
}
