import { randomInt } from 'node:crypto';
import { type Answer, decode, encode } from 'dns-packet';
import type { FollowedCluster } from '../records/cluster';
import { lookup } from '../records/lookup';
import { labelsWithin, parseName } from '../records/name';
import type { ResourceRecord } from '../server/message';
import { parseQuery, type Query } from '../server/query';
import { Flag, Rcode, Type } from '../server/wire';
import { isIPv6 } from 'node:net';
import type { Handler } from './handlers';

/** What stands behind the alias of an ExternalName service. */
export interface External {
  readonly rcode: (typeof Rcode)[keyof typeof Rcode];
  readonly name: string;
  readonly records: readonly ResourceRecord[];
}

export interface ExternalContext {
  readonly cluster: FollowedCluster;
  readonly domain: string;
  readonly ttl: number;
  /** Answers for names outside of the cluster. */
  readonly next: Handler;
}

/** Aliases may point to each other in a ring. */
const MAX_ALIASES = 8;

/**
 * Follows the alias to its addresses, where addresses are asked for: clients take us for a resolver and do not ask for the alias by itself. What
 * cannot be resolved now is SERVFAIL, with the alias; a name that does not exist is upstream's answer.
 */
export function resolveExternal(query: Query, target: string, context: ExternalContext): External | Promise<External> {
  const { type } = query.question;
  const name = target.replace(/\.$/, '');
  if (type !== Type.A && type !== Type.AAAA) return { rcode: Rcode.NoError, name, records: [] };
  const aliases: ResourceRecord[] = [];
  let current = name;
  for (let i = 0; i < MAX_ALIASES; i += 1) {
    const within = labelsWithin(current.toLowerCase().split('.'), context.domain.split('.'));
    if (!within) return outside(current, type, context).then(({ rcode, records }) => ({ rcode, name, records: [...aliases, ...records] }));
    const found = lookup(parseName(within), context.cluster.view);
    if (found.kind !== 'external') {
      const targets = found.kind === 'targets' ? found.targets : [];
      return { rcode: found.kind === 'missing' ? Rcode.NXDomain : Rcode.NoError, name, records: [...aliases, ...addressesOf(current, type, targets, context.ttl)] };
    }
    const next = found.name.replace(/\.$/, '');
    aliases.push({ owner: current, type: 'CNAME', ttl: context.ttl, data: next });
    current = next;
  }
  return { rcode: Rcode.ServFail, name, records: [] };
}

function addressesOf(owner: string, type: number, targets: readonly { readonly address: string }[], ttl: number): ResourceRecord[] {
  const all = [...new Set(targets.map(({ address }) => address))].filter((address) => isIPv6(address) === (type === Type.AAAA));
  return all.map((address) => ({ owner, type: type === Type.AAAA ? 'AAAA' : 'A', ttl, data: address }));
}

async function outside(name: string, type: number, { next }: ExternalContext): Promise<Pick<External, 'rcode' | 'records'>> {
  try {
    const answer = await next(queryFor(name, type));
    const rcode = answer.readUInt16BE(2) & 0xf;
    if (rcode !== Rcode.NoError && rcode !== Rcode.NXDomain) return { rcode: Rcode.ServFail, records: [] };
    return { rcode, records: (decode(answer).answers ?? []).flatMap(toRecord) };
  } catch {
    // The forwarder has told why; the client can only try again.
    return { rcode: Rcode.ServFail, records: [] };
  }
}

/** A request of our own. It takes a long answer. */
function queryFor(name: string, type: number): Query {
  const opt = { type: 'OPT' as const, name: '.' as const, udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] };
  const questions = [{ name, type: type === Type.AAAA ? ('AAAA' as const) : ('A' as const) }];
  return parseQuery(encode({ type: 'query', id: randomInt(0x10000), flags: Flag.RD, questions, additionals: [opt] }), 'udp');
}

function toRecord(answer: Answer): ResourceRecord[] {
  if (answer.type !== 'A' && answer.type !== 'AAAA' && answer.type !== 'CNAME') return [];
  return [{ owner: answer.name, type: answer.type, ttl: answer.ttl ?? 0, data: answer.data }];
}
