import type { IpFamily } from '../../model/ip-family';

/** All of the proxy's rules for one family of addresses: the whole content of the table `kube-proxy`. A value. */
export interface Ruleset {
  readonly family: IpFamily;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly sets: ReadonlyMap<string, NftSet>;
}

/** A chain and its rules in nft's language. */
export interface Chain {
  /** Absent: rules are run only where another chain jumps here. */
  readonly hook?: Hook;
  readonly comment?: string;
  readonly rules: readonly string[];
}

export interface Hook {
  readonly type: 'filter' | 'nat';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  readonly priority: string;
}

/** A set of keys, or a map from keys to verdicts. */
export interface NftSet {
  readonly kind: 'set' | 'map';
  /** The key's type, in a map with the value's: `ipv4_addr . inet_proto . inet_service : verdict`. */
  readonly type: string;
  readonly comment?: string;
  /** How long an element stays. Such a set is filled by rules, in the kernel; its elements are not ours to list. */
  readonly timeoutSeconds?: number;
  readonly elements: ReadonlyMap<string, Element>;
}

export interface Element {
  /** In a map: what is done with packets of that key. */
  readonly verdict?: string;
  readonly comment?: string;
}

/** The proxy's one table in each family. */
export const TABLE = 'kube-proxy';

/** How nft names a family, and what of its language differs between them. */
export interface Dialect {
  readonly table: 'ip' | 'ip6';
  readonly address: 'ipv4_addr' | 'ipv6_addr';
  readonly notLoopback: string;
}

export const DIALECTS: Readonly<Record<IpFamily, Dialect>> = {
  IPv4: { table: 'ip', address: 'ipv4_addr', notLoopback: 'ip daddr != 127.0.0.0/8' },
  IPv6: { table: 'ip6', address: 'ipv6_addr', notLoopback: 'ip6 daddr != ::1' },
};
