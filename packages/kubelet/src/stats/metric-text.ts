export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** When it was measured; undefined: now. */
  readonly time?: string | undefined;
}

export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** As Prometheus reads it. `stability` stands before the help. */
export function metricText({ name, type, help, samples }: Metric, stability = ''): string {
  return [`# HELP ${name} ${stability}${help}`, `# TYPE ${name} ${type}`, ...samples.map((sample) => lineOf(name, sample)), ''].join('\n');
}

/** Names of objects and images hold nothing that would need to be escaped. */
function lineOf(name: string, { labels = {}, value, time }: Sample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
  return `${name}${pairs.length ? `{${pairs.join(',')}}` : ''} ${value}${time ? ` ${Date.parse(time)}` : ''}`;
}
