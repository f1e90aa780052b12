import { isIPv6 } from 'node:net';
import type { FollowedCluster } from '../records/cluster';
import { addressOfReverseName } from '../records/address';
import { type Found, lookup, lookupAddress, type Target } from '../records/lookup';
import { labelsWithin, parseName } from '../records/name';
import { ASKED, type ResourceRecord, response } from '../server/message';
import type { Query } from '../server/query';
import { Rcode, Type } from '../server/wire';
import { type External, resolveExternal } from './external';
import type { Handler, HandlerWithNext } from './handlers';

export interface KubernetesOptions {
  readonly cluster: FollowedCluster;
  /** `cluster.local`, in lower case. */
  readonly domain: string;
  /** Seconds that clients may keep a record. */
  readonly ttl: number;
  /** From 0 up to 1: which address comes first, so that clients which take the first one spread. */
  readonly random: () => number;
}

/**
 * Answers for the cluster's domain and for the addresses of its services and endpoints; everything else is the next one's. What is not found while
 * the cluster is not known yet may be there all the same: SERVFAIL, which nobody keeps.
 */
export function kubernetesHandler(options: KubernetesOptions): HandlerWithNext {
  const domain = options.domain.split('.');
  return (query, next) => {
    const { labels, type } = query.question;
    const within = labelsWithin(labels, domain);
    if (within) return answerWithin(query, within, { ...options, next });
    const address = type === Type.PTR ? addressOfReverseName(labels) : undefined;
    const names = address ? lookupAddress(address, options.cluster.view) : [];
    if (names.length === 0) return next(query);
    const answers = names.map((name): ResourceRecord => ({ owner: ASKED, type: 'PTR', ttl: options.ttl, data: `${name}.${options.domain}` }));
    return response(query, { rcode: Rcode.NoError, authoritative: true, answers });
  };
}

interface Context extends KubernetesOptions {
  readonly next: Handler;
}

function answerWithin(query: Query, labels: readonly string[], context: Context): Buffer | Promise<Buffer> {
  const { cluster, ttl } = context;
  const found = lookup(parseName(labels), cluster.view);
  if (found.kind === 'missing') {
    if (!cluster.isSynced()) return response(query, { rcode: Rcode.ServFail });
    return response(query, { rcode: Rcode.NXDomain, authoritative: true, authorities: [soa(context)] });
  }
  if (query.question.type === Type.SOA && labels.length === 0) {
    return response(query, { rcode: Rcode.NoError, authoritative: true, answers: [soa(context)] });
  }
  if (found.kind === 'external') {
    const outcome = resolveExternal(query, found.name, context);
    return outcome instanceof Promise ? outcome.then((external) => externalAnswer(query, external, ttl)) : externalAnswer(query, outcome, ttl);
  }
  const { answers, additionals } = recordsFor(query.question.type, found, context);
  const authorities = answers.length ? [] : [soa(context)];
  return response(query, { rcode: Rcode.NoError, authoritative: true, answers, additionals, authorities });
}

function externalAnswer(query: Query, { rcode, name, records }: External, ttl: number): Buffer {
  const alias: ResourceRecord = { owner: ASKED, type: 'CNAME', ttl, data: name };
  return response(query, { rcode, authoritative: true, answers: [alias, ...records] });
}

interface Records {
  readonly answers: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

function recordsFor(type: number, found: Exclude<Found, { kind: 'missing' | 'external' }>, context: Context): Records {
  if (found.kind === 'text') {
    return { answers: type === Type.TXT ? [{ owner: ASKED, type: 'TXT', ttl: context.ttl, data: found.text }] : [], additionals: [] };
  }
  if (type === Type.SRV) return services(found.targets, context);
  return { answers: addresses(type, found.targets, context), additionals: [] };
}

function addresses(type: number, targets: readonly Target[], { ttl, random }: Context): ResourceRecord[] {
  if (type !== Type.A && type !== Type.AAAA) return [];
  const all = [...new Set(targets.map(({ address }) => address))].filter((address) => isIPv6(address) === (type === Type.AAAA));
  const first = Math.floor(random() * all.length);
  return [...all.slice(first), ...all.slice(0, first)].map((address) => addressRecord(ASKED, address, ttl));
}

/** One record for each name and port, with an equal share of the load, and the addresses of the names. */
function services(targets: readonly Target[], { ttl, domain }: Context): Records {
  const declared = targets.filter(({ port }) => port !== undefined);
  const weight = Math.max(1, Math.floor(100 / declared.length));
  const answers = new Map<string, ResourceRecord>();
  const additionals = new Map<string, ResourceRecord>();
  for (const { name, address, port = 0 } of declared) {
    const target = `${name}.${domain}`;
    answers.set(`${name}:${port}`, { owner: ASKED, type: 'SRV', ttl, data: { priority: 0, weight, port, target } });
    additionals.set(`${name}:${address}`, addressRecord(target, address, ttl));
  }
  return { answers: [...answers.values()], additionals: [...additionals.values()] };
}

function addressRecord(owner: ResourceRecord['owner'], address: string, ttl: number): ResourceRecord {
  return { owner, type: isIPv6(address) ? 'AAAA' : 'A', ttl, data: address };
}

/** Says how long it may be kept that something is not there, and who says so. */
function soa({ domain, ttl, cluster }: Context): ResourceRecord {
  const data = { mname: `ns.dns.${domain}`, rname: `hostmaster.${domain}`, serial: cluster.serial(), refresh: 7200, retry: 1800, expire: 86_400, minimum: ttl };
  return { owner: domain, type: 'SOA', ttl, data };
}
