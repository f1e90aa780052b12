/** What a name below the cluster's domain asks for. */
export type NameRequest =
  | { readonly kind: 'nothing' }
  /** A name between others: it exists and has no records. `namespace` must exist. */
  | { readonly kind: 'between'; readonly namespace?: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | ServiceRequest;

export interface ServiceRequest {
  readonly kind: 'service';
  readonly namespace: string;
  readonly name: string;
  readonly endpoint?: string;
  /** Of `_port._protocol`, without the underscores. */
  readonly port?: string;
  readonly protocol?: string;
}

const NOTHING: NameRequest = { kind: 'nothing' };

/**
 * Reads the labels before the cluster's domain, in lower case: `svc` and `pod`, `NAMESPACE.svc`, `SERVICE.NAMESPACE.svc`,
 * `ENDPOINT.SERVICE.NAMESPACE.svc`, `_PORT._PROTOCOL.SERVICE.NAMESPACE.svc`, `A-B-C-D.NAMESPACE.pod`, `dns-version`.
 */
export function parseName(labels: readonly string[]): NameRequest {
  const [kind, namespace, name, ...rest] = [...labels].reverse();
  if (kind === undefined) return { kind: 'between' };
  if (kind === 'dns-version' && namespace === undefined) return { kind: 'version' };
  if (kind !== 'svc' && kind !== 'pod') return NOTHING;
  if (namespace === undefined) return { kind: 'between' };
  if (name === undefined) return { kind: 'between', namespace };
  if (kind === 'pod') return rest.length ? NOTHING : { kind: 'pod', namespace, name };
  const service = { kind: 'service', namespace, name } as const;
  const [last, first] = rest;
  if (last === undefined) return service;
  if (first === undefined) return { ...service, endpoint: last };
  return rest.length === 2 ? { ...service, port: withoutUnderscore(first), protocol: withoutUnderscore(last) } : NOTHING;
}

function withoutUnderscore(label: string): string {
  return label.startsWith('_') ? label.slice(1) : label;
}

/** The labels before a domain; undefined for a name that is not in it. */
export function labelsWithin(labels: readonly string[], domain: readonly string[]): readonly string[] | undefined {
  const split = labels.length - domain.length;
  return split >= 0 && domain.every((label, i) => labels[split + i] === label) ? labels.slice(0, split) : undefined;
}
