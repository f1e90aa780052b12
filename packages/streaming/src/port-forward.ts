import type { Duplex } from 'node:stream';

/** Opens a connection to a port of the pod. */
export type Dial = (port: number) => Promise<Duplex>;

export interface PortForwardOptions {
  /** What the pod is called where a port of it cannot be reached. */
  readonly pod: string;
  readonly dial: Dial;
  /** The ports that the request names; clients that speak SPDY name them later. */
  readonly ports: readonly number[];
}

/** What the client is told of a port that cannot be reached. */
export function failureText(port: number, pod: string, failure: unknown): string {
  const why = failure instanceof Error ? failure.message : String(failure);
  return `error forwarding port ${port} to pod ${pod}, uid : ${why}`;
}
