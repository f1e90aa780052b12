import type { IpFamily } from '../../model/ip-family';

/** What the rules depend on besides Services and EndpointSlices. */
export interface PlanContext {
  readonly family: IpFamily;
  readonly nodeName: string;
  /** The node's zone; empty for none. */
  readonly zone: string;
  /** The node's address in this family, if it has one. */
  readonly nodeIp: string | undefined;
  /** Masquerade all traffic to cluster addresses, not only what needs it. */
  readonly masqueradeAll: boolean;
  /** The bit of the packet mark that asks for masquerading: 0 to 31. */
  readonly masqueradeBit: number;
  /** Conditions in nft's language for packets that pods on this node send, and for all others; absent: it cannot be told. */
  readonly podTraffic: PodTraffic | undefined;
  /** Addresses that take traffic for node ports, or all of the node's. */
  readonly nodePortIps: readonly string[] | 'all';
  /** Networks that cluster addresses are allocated from. */
  readonly serviceCidrs: readonly string[];
}

export interface PodTraffic {
  readonly isLocal: string;
  readonly isNotLocal: string;
}
